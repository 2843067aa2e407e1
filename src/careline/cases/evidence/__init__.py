"""The evidence pack of a case: everything said and done, in order, as JSON and as pages, for the customer or the regulator."""

from careline.cases.evidence.canon import digest as digest
from careline.cases.evidence.canon import genuine as genuine
from careline.cases.evidence.canon import to_json as to_json
from careline.cases.evidence.gathering import SCHEMA as SCHEMA
from careline.cases.evidence.gathering import content as content
from careline.cases.evidence.gathering import pack as pack
from careline.cases.evidence.pages import to_pdf as to_pdf
