"""The registry in the JSON API. Texts come in the reader's language (Accept-Language)."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from app.features.knowledge.schemas import RELATED, Budget, CodedName, Notes, Reference, RegulationSummary
from app.features.registry.forms import MAX_NAME
from app.web.inputs import StorableText, StrictModel

MAX_NAMES = 100


class OrganisationItem(BaseModel):
    """One organisation in a list."""

    id: str = Field(examples=["3mJr7AoUXx2W"])
    name: str = Field(examples=["北京大学第三医院"])
    matched_by: str | None = Field(
        default=None,
        description="exact, alias, former_name, core, prefix, contains, pinyin, initials or fuzzy",
        examples=["exact"],
    )
    provenance: str = Field(description="observed, curated or derived", examples=["observed"])
    industry: CodedName | None
    level: CodedName | None
    province: str | None = Field(examples=["北京市"])
    city: str | None
    district: str | None


class OrganisationListing(BaseModel):
    """`degraded`: the search engine is away, and only names beginning alike are found."""

    items: list[OrganisationItem]
    next: str | None = Field(default=None, description="cursor of the next page; null at the end")
    total: int = Field(description="at most 1,000", examples=[1])
    total_is_exact: bool
    degraded: bool


class ReadingOut(BaseModel):
    """One attribute: its code or name, and how it is known."""

    value: str = Field(examples=["healthcare"])
    name: str = Field(examples=["医疗卫生"])
    confidence: float = Field(examples=[0.97])
    basis: str = Field(description="registry: stated; name: inferred; reader: set in this request")
    rule: str


class AlternativeOut(CodedName):
    """Another industry nearly as likely: ask again with `industry` set to choose it."""

    confidence: float


class RecognitionOut(BaseModel):
    industry: ReadingOut
    sub_industry: ReadingOut | None
    level: ReadingOut | None
    province: ReadingOut | None
    city: ReadingOut | None
    district: ReadingOut | None
    alternatives: list[AlternativeOut]


class ReasonOut(BaseModel):
    """`effect` in log-odds; `numbers` are those behind the sentence."""

    kind: str = Field(examples=["prior"])
    text: str
    effect: float
    numbers: dict[str, float | int | str]
    regulation: str | None = Field(description="slug, for kind regulation")
    href: str | None = Field(
        description="page of the public facts behind it", examples=["/facts/3mJr7AoUXx2W"]
    )


class NeedOut(Reference):
    """A prediction: the platform's own estimate, never a fact."""

    category: str = Field(examples=["network_security"])
    category_name: str = Field(examples=["网络安全"])
    likelihood: float = Field(examples=[0.82])
    word: str = Field(examples=["very_likely"])
    label: str = Field(description="the word in the reader's language", examples=["很可能"])
    confidence: str = Field(examples=["medium"])
    reasons: list[ReasonOut]
    would_change: list[str]
    budget: Budget
    buying_triggers: list[str] = Field(description="when it is usually bought")
    owner_role: str = Field(description="who usually decides")


class RegulationOut(RegulationSummary):
    obligation: str
    drives: list[str] = Field(description="slugs of needs")


class RouteOutline(Reference):
    """`borrowed`: made for another industry, to learn from."""

    borrowed: bool
    when_not_to: list[str]
    rough_effort: str


class RouteOut(BaseModel):
    need: str
    outlines: list[RouteOutline]


class QuestionsOut(BaseModel):
    need: str
    questions: list[str]


class LinksOut(BaseModel):
    """Addresses on this site, the corrections of the request kept."""

    answer: str = Field(examples=["/organisations/3mJr7AoUXx2W"])
    brief: str = Field(description="two pages to print", examples=["/organisations/3mJr7AoUXx2W/brief"])
    brief_docx: str = Field(
        description="the same as a Word document", examples=["/organisations/3mJr7AoUXx2W/brief.docx"]
    )


class AnswerOut(BaseModel):
    """What an organisation likely needs, and why. `id` is null for a name that is in no data."""

    id: str | None = Field(examples=["3mJr7AoUXx2W"])
    name: str = Field(examples=["北京大学第三医院"])
    provenance: str | None = Field(examples=["observed"])
    provenance_words: str | None = Field(examples=["见于公开来源"])
    aliases: list[str]
    sources: list[str]
    recognition: RecognitionOut
    is_corrected: bool
    needs: list[NeedOut]
    regulations: list[RegulationOut]
    routes: list[RouteOut]
    questions: list[QuestionsOut]
    comparable: list[OrganisationItem]
    notes: Notes
    links: LinksOut
    related: dict[str, Any] = RELATED


class RelatedOrganisations(BaseModel):
    """`is_estimate`: they stand there because of a prediction, not of a fact."""

    title: str
    is_estimate: bool
    items: list[OrganisationItem]


class RecognisedOut(BaseModel):
    """One of several names: how it was read, and its likeliest needs."""

    name: str
    recognition: RecognitionOut
    needs: list[NeedOut]


class RecogniseNames(StrictModel):
    names: list[Annotated[StorableText, StringConstraints(min_length=1, max_length=MAX_NAME)]] = Field(
        min_length=1, max_length=MAX_NAMES, examples=[["红河州第五人民医院", "某某科技有限公司"]]
    )


class RecognisedListing(BaseModel):
    items: list[RecognisedOut]
    next: None = None
