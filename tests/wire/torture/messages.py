"""Messages in the spirit of RFC 4475, written anew from its descriptions; the names are those of its sections.

`written` turns line ends into CRLF and fills in LENGTH, the octets behind the empty line.
"""

SDP = """v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.3
s=-
c=IN IP4 192.0.2.4
t=0 0
m=audio 49217 RTP/AVP 0 12
a=rtpmap:31 LPC
"""


def written(text: str) -> bytes:
    """The bytes of a message."""
    head, empty, body = text.lstrip("\n").partition("\n\n")
    octets = body.replace("\n", "\r\n").encode()
    start = (head + empty).replace("\n", "\r\n").replace("LENGTH", str(len(octets)))
    return start.encode("utf-8", "surrogateescape") + octets


def request(
    line: str = "INVITE sip:user@example.com SIP/2.0",
    *,
    via: str = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtorture",
    to: str = "<sip:user@example.com>",
    from_: str = "<sip:caller@example.net>;tag=from1",
    call_id: str = "torture.1@192.0.2.1",
    cseq: str = "",
    contact: str = "<sip:caller@192.0.2.1>",
    length: str = "LENGTH",
    more: str = "",
    body: str = SDP,
) -> bytes:
    """A request that is fine but for what is given."""
    method = line.split(" ", maxsplit=1)[0]
    lines = [
        line, f"Via: {via}", "Max-Forwards: 70", f"To: {to}", f"From: {from_}", f"Call-ID: {call_id}",
        f"CSeq: {cseq or f'1 {method}'}", f"Contact: {contact}", *more.splitlines(),
        *(["Content-Type: application/sdp"] if body else []), f"Content-Length: {length}",
    ]  # fmt: skip
    return written("\n".join(lines) + "\n\n" + body)


# 3.1.1.1: white space, folds, cases and compact forms wherever they are allowed.
WSINV = f"""
INVITE sip:vivekg@chair.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: odd.white@192.0.2.1
Content-Length   : LENGTH
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

{SDP}"""

# 3.1.1.2: every character that a method, a user part and a token may have.
METHOD = "!odd-Method0123456789_*+`.%indeed'~"
INTMETH = f"""
{METHOD} sip:1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,odd!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0
Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~
To: "BEL:\\\x07 DEL:\\\x7f" <sip:1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="работающий";tag=_token~1'+`*%!-.
Call-ID: odd.word%ZK-!.*_+'@word`~)(><:\\/"][?}}{{
CSeq: 139122385 {METHOD}
Max-Forwards: 255
extensionHeader-!.%*+_`'~: \ufeff大停電
Content-Length: 0

"""

# 3.1.1.3: escaped characters that mean nothing special; 3.1.1.4: an escaped zero.
ESC01 = (
    """
INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0
To: sip:%75se%72@example.com
From: <sip:I%20have%20spaces@example.net>;tag=938
Max-Forwards: 87
i: esc01.1
CSeq: 234234 INVITE
Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw
C: application/sdp
Contact:
  <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>
Content-Length: LENGTH

"""
    + SDP
)

# 3.1.1.13: a reason phrase outside of ASCII; 3.1.1.14: one that is empty.
UNREASON = (
    """
SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Call-ID: unreason.1234
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: LENGTH
Content-Type: application/sdp
Contact: sip:user@host198.example.com

"""
    + SDP
)

NOREASON = """
SIP/2.0 100\x20
Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: noreason.1234
CSeq: 35 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>

"""

# 3.4.1: a caller of RFC 2543: no branch, no tag, no lengths.
INV2543 = (
    """
INVITE sip:UserB@example.com SIP/2.0
Via: SIP/2.0/UDP iftgw.example.com
From: <sip:+13035551111@ift.client.example.net;user=phone>
Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>
To: sip:+16505552222@ss1.example.net;user=phone
Call-ID: inv2543.1717@ift.client.example.com
CSeq: 56 INVITE
Content-Type: application/sdp

"""
    + SDP
)

# 3.1.1.11: many bodies in one message.
MPART = (
    """
INVITE sip:kumiko@example.org SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-;rport
Max-Forwards: 70
To: <sip:kumiko@example.org>
From: <sip:fluffy@example.com>;tag=2fb0dcc9
Call-ID: 3d9485ad0c49859b@Zmx1ZmZ5
CSeq: 1 INVITE
Contact: <sip:fluffy@127.0.0.1:5070>
Content-Type: multipart/mixed;boundary="7a9cbec02ceef655"
Content-Length: LENGTH

--7a9cbec02ceef655
Content-Type: application/isup;version=itu-t92+

\x01\x02\x03
--7a9cbec02ceef655
Content-Type: application/sdp

"""
    + SDP
    + "--7a9cbec02ceef655--\n"
)
