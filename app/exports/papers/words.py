"""The words of papers and bundles, in both languages. Papers know no request, so they are told the language."""

from __future__ import annotations

from app.programmes.kinds import Text

UNTITLED = Text("Untitled application", "Ansökan utan titel")
DRAFT = Text("Draft – not submitted", "Utkast – inte inskickat")
DRAFT_SAYS = Text(
    "This is how reviewers will read the application, as it stands now. Nothing has been sent.",
    "Så här läser granskarna ansökan, som den ser ut nu. Ingenting har skickats in.",
)
VERSION = Text("Version %(number)s", "Version %(number)s")
PAGE = Text("{page} of {pages}", "{page} av {pages}")
CALL = Text("Call", "Utlysning")
REFERENCE = Text("Reference", "Referens")
VERSION_FACT = Text("Version", "Version")
RECEIVED = Text("Received", "Inkom")
FINGERPRINT = Text("Fingerprint (SHA-256)", "Fingeravtryck (SHA-256)")
NOT_ANSWERED = Text("Not answered", "Ej besvarad")
SIDES = Text("Sides and what they ask for", "Parterna och vad de söker")
NOBODY = Text("Nobody is named yet", "Ingen är angiven än")
CONFIRMED = Text("Confirmed as %(name)s, %(when)s", "Bekräftat som %(name)s, %(when)s")
BY_MAIL = Text(
    "Confirmed by mail from %(name)s of %(day)s, recorded by %(recorder)s on %(when)s; the mail is attached.",
    "Bekräftat i ett brev från %(name)s den %(day)s, antecknat av %(recorder)s %(when)s; brevet är bifogat.",
)
NO_BUDGET = Text("No budget yet", "Ingen budget än")
PAYS_NOTHING = Text("This side pays nothing.", "Den här parten betalar ingenting.")
YEAR = Text("Year %(year)s", "År %(year)s")
IN_ALL = Text("In all", "Totalt")
DIRECT = Text("Direct costs", "Direkta kostnader")
INDIRECT = Text("Indirect costs, %(percent)s %% on top", "Indirekta kostnader, %(percent)s %% utöver")
ASKED_FOR = Text("Asked for", "Söks")
WITHHELD = Text("Some answers are withheld", "Vissa svar visas inte")
WITHHELD_SAYS = Text("They may not be read outside the EU and the EEA:", "De får inte läsas utanför EU och EES:")
TOLD = Text(
    "What the applicants were told of reading outside the EU and the EEA",
    "Vad de sökande fick veta om läsning utanför EU och EES",
)

# --- The paper for the sponsored-programs office ---------------------------------------------------------------------

OFFICE = Text("For the sponsored-programs office", "Till forskningsadministrationen")
PROJECT = Text("The project", "Projektet")
LEADS = Text("Who leads it at each side", "Vem som leder det hos varje part")
MY_PART = Text("The part of %(side)s", "Den del som rör %(side)s")
LEAD = Text("Leads the project there", "Leder projektet där")
STATUS = Text("Confirmed", "Bekräftat")
NOT_CONFIRMED = Text("Not yet", "Inte än")
TERMS = Text("Terms of the call", "Utlysningens villkor")
CONTINGENT = Text(
    "Paid only if the condition of the call is met: year %(years)s.",
    "Betalas bara om utlysningens villkor är uppfyllt: år %(years)s.",
)
GATE = Text("The condition: %(text)s", "Villkoret: %(text)s")
SOURCE = Text("Source of funds: %(text)s", "Medlens ursprung: %(text)s")
REPORTS = Text("Reports: %(text)s", "Rapporter: %(text)s")
SUCCESS = Text("What counts as success: %(text)s", "Vad som räknas som framgång: %(text)s")
USABLE_UNTIL = Text("Money can be used until %(day)s.", "Pengarna kan användas till och med %(day)s.")
OWN_CURRENCY = Text(
    "Each side pays its own researcher in its own currency. The amounts are never added together.",
    "Varje part betalar sin egen forskare i sin egen valuta. Beloppen läggs aldrig ihop.",
)
MEANING = Text("What confirming means", "Vad det innebär att bekräfta")
DEADLINE = Text("Deadline", "Sista dag")
SIGNATURES = Text("Signatures", "Underskrifter")
SIGN_NOTE = Text(
    "For the institution’s own routine. Tandem does not ask for this paper back: the confirmation is given on the page.",
    "För lärosätets egen rutin. Tandem ber inte om att få tillbaka papperet: bekräftelsen ges på sidan.",
)
PI = Text("Project leader at %(side)s", "Projektledare hos %(side)s")
OFFICIAL = Text("Authorised official of %(side)s", "Behörig företrädare för %(side)s")
NAME_LINE = Text("Name and title", "Namn och titel")
SIGN_LINE = Text("Signature", "Underskrift")
DATE_LINE = Text("Date and place", "Datum och ort")

# --- Dossiers and bundles --------------------------------------------------------------------------------------------

DOSSIER = Text("Dossier", "Samlad handling")
DOSSIER_SAYS = Text(
    "The application and its PDF files in one document, made for convenience. Merging loses the tags that screen "
    "readers need: the tagged PDF of the application and each file can be fetched separately.",
    "Ansökan och dess PDF-filer i ett dokument, gjort för bekvämlighet. När filer slås ihop går de taggar som "
    "skärmläsare behöver förlorade: ansökans taggade PDF och varje fil kan hämtas var för sig.",
)
CONTENTS = Text("Contents", "Innehåll")
DOCUMENT = Text("Document", "Dokument")
BEGINS = Text("Begins on page", "Börjar på sida")
APPLICATION = Text("The application", "Ansökan")
HELD = Text(
    "%(held)s of %(all)s documents are in this dossier.", "%(held)s av %(all)s dokument finns i denna handling."
)
LEFT_OUT = {
    "no_pdf": Text("not a PDF: fetch it separately", "ingen PDF: hämta den separat"),
    "missing": Text("its bytes are missing on the server: tell the coordinators", "saknas på servern: säg till samordnarna"),
    "waiting": Text("being checked for viruses: fetch it later", "kontrolleras för virus: hämta den senare"),
    "refused": Text("refused by the virus scanner", "stoppad av viruskontrollen"),
    "too_large": Text("too large for a dossier: fetch it separately", "för stor för en samlad handling: hämta den separat"),
    "broken": Text("could not be merged: fetch it separately", "kunde inte slås ihop: hämta den separat"),
}  # fmt: skip
FILES_COUNT = Text("%(held)s of %(all)s files", "%(held)s av %(all)s filer")
NOT_MADE = Text("could not be made now: fetch it from its page", "kunde inte skapas nu: hämta den från sidan")
APPLICATIONS_COUNT = Text("%(held)s of %(all)s applications", "%(held)s av %(all)s ansökningar")
EXCLUDED = (
    Text("1 excluded because of a conflict of interest", "1 utelämnad på grund av jäv"),
    Text("%(count)s excluded because of a conflict of interest", "%(count)s utelämnade på grund av jäv"),
)
CLOSED = (
    Text("1 not open to you now", "1 inte öppen för dig nu"),
    Text("%(count)s not open to you now", "%(count)s inte öppna för dig nu"),
)
INDEX = Text("Index of this bundle", "Innehållsförteckning")
FILE = Text("File", "Fil")
SIZE = Text("Bytes", "Byte")
SHA = Text("SHA-256", "SHA-256")

SIDE = Text("Side", "Part")
NAME = Text("Name", "Namn")
ADDRESS = Text("E-mail address", "E-postadress")
INSTITUTION = Text("Institution", "Institution")
CONFIRMED_AS = Text("Confirmed as", "Bekräftat som")
CONFIRMED_AT = Text("Confirmed (%(zone)s)", "Bekräftat (%(zone)s)")
RECORDED_BY = Text("By mail, recorded by", "Per e-post, antecknat av")
CURRENCY = Text("Currency", "Valuta")
YEAR_COLUMN = Text("Year", "År")
COST = Text("Cost", "Kostnadsslag")
AMOUNT = Text("Amount", "Belopp")
