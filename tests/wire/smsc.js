// An SMSC of npm's smpp: greets with texts, takes answers, tells all it sees as lines of JSON.
const smpp = require('smpp');

const tell = (event) => process.stdout.write(JSON.stringify(event) + '\n');
const texts = JSON.parse(process.argv[2]);

const server = smpp.createServer((session) => {
  session.on('error', (error) => tell({ event: 'error', message: error.message }));
  session.on('bind_transceiver', (pdu) => {
    if (pdu.password !== 'secret') {
      session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
      return;
    }
    session.send(pdu.response({ system_id: 'node' }));
    for (const text of texts) {
      session.deliver_sm(
        { source_addr: text.source, destination_addr: '10086', data_coding: 8, [text.field]: text.text },
        (answer) => tell({ event: 'answered', status: answer.command_status }),
      );
    }
  });
  session.on('submit_sm', (pdu) => {
    session.send(pdu.response({ message_id: 'node-' + pdu.sequence_number }));
    const body = pdu.short_message.message ?? '';
    const payload = pdu.message_payload ? pdu.message_payload.message : '';
    const header = pdu.short_message.udh ? pdu.short_message.udh.map((element) => element.toString('hex')) : [];
    tell({ event: 'submit', to: pdu.destination_addr, text: payload || body, header, coding: pdu.data_coding });
  });
  session.on('enquire_link', (pdu) => { session.send(pdu.response()); tell({ event: 'enquired' }); });
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); tell({ event: 'unbound' }); });
});
server.listen(0, '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
