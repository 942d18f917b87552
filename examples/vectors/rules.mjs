// Some rules as a vendor might write them: hours, PIN lock, check digits, eras. Written from the specification's
// text, without its code. Of the calendar it knows the holidays of the vectors alone, as data.

const JST_MILLISECONDS = 9 * 3600 * 1000;
const KOSEKI = new Set(["CERTIFICATE_KIND_KOSEKI_ALL_MATTERS", "CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS"]);
const USUAL = {
  startsOn: { year: 2022, month: 3, day: 1 },
  hours: { opensAtMinute: 390, closesAtMinute: 1380 },
  kosekiHours: { opensAtMinute: 540, closesAtMinute: 1020 },
};

// National holidays with substitute and sandwiched ones. A real system takes them from the Cabinet Office's list.
const HOLIDAYS = new Set([
  "2019-04-30", "2019-05-01", "2019-10-22", "2021-07-22", "2021-07-23", "2021-08-09", "2023-01-02", "2024-02-12",
  "2026-05-06", "2026-09-21", "2026-09-22", "2026-09-23", "2026-10-12", "2027-01-01",
]);

// [1.2, 1.4, 1.5, 1.6] Why a kind can't be had at an instant; null where it can. Kind null: a session.
export function refusalAt({ instant, kind, calendar = USUAL }) {
  const { day, clock, weekday } = inJapan(instant);
  const stands = (days = []) => days.some((one) => isoDay(one) === day);
  if (day < isoDay(calendar.startsOn)) return "REASON_SERVICE_NOT_STARTED";

  const own = (calendar.irregularHours ?? []).find((one) => isoDay(one.day) === day);
  const closed = isYearEnd(day) || stands(calendar.closedDays);
  if (closed || !within(clock, own?.hours ?? calendar.hours)) return "REASON_OUT_OF_HOURS";

  const office = weekday >= 1 && weekday <= 5 && !HOLIDAYS.has(day) && !stands(calendar.officeClosedDays);
  if (KOSEKI.has(kind) && !(office && within(clock, calendar.kosekiHours))) return "REASON_KOSEKI_OUT_OF_HOURS";
  return null;
}

// Day, milliseconds from midnight and weekday (0 is Sunday) in Japan, whose clocks never change.
function inJapan(instant) {
  const shifted = new Date(Date.parse(instant) + JST_MILLISECONDS);
  const day = shifted.toISOString().slice(0, 10);
  return { day, clock: shifted.getTime() - Date.parse(day), weekday: shifted.getUTCDay() };
}

const within = (clock, { opensAtMinute, closesAtMinute }) => opensAtMinute * 60000 <= clock && clock < closesAtMinute * 60000;
const isYearEnd = (day) => day.slice(5) >= "12-29" || day.slice(5) <= "01-03";
const isoDay = ({ year, month, day }) => [year, two(month), two(day)].join("-");
const two = (number) => String(number).padStart(2, "0");

// [3.3.10, 3.3.11] The answers of a card to what happens to it, and how it stands afterwards.
export function cardHistory({ strikes, acts }) {
  const answers = [];
  for (const act of acts) {
    if (act === "unblocked") strikes = 0;
    if (act === "unblocked" || act === "interrupted") {
      answers.push(null);
      continue;
    }
    if (strikes < 3) strikes = act === "right" ? 0 : strikes + 1;
    answers.push(strikes === 3 ? "REASON_PIN_LOCKED" : strikes ? "REASON_PIN_WRONG" : "ACCEPTED");
  }
  return { answers, tries_left: 3 - strikes, locked: strikes === 3 };
}

// [2.7] Whether a municipality code is right, and what is wrong with it.
export function municipalityCode({ text }) {
  return checked(text, 6, (digits) => (11 - (weighted(digits, [6, 5, 4, 3, 2]) % 11)) % 10);
}

// [2.1] Whether an Individual Number is right, and what is wrong with it.
export function individualNumber({ text }) {
  return checked(text, 12, (digits) => {
    const rest = weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    return rest <= 1 ? 0 : 11 - rest;
  });
}

function checked(text, length, checkDigit) {
  const fault = /[^0-9]/.test(text) ? "NOT_DIGITS"
    : text.length !== length ? "LENGTH"
    : checkDigit(text.slice(0, -1)) !== Number(text.at(-1)) ? "CHECK_DIGIT"
    : null;
  return { valid: fault === null, fault };
}

const weighted = (digits, weights) => weights.reduce((sum, weight, place) => sum + weight * Number(digits[place]), 0);

const ERAS = [["令和", "2019-05-01"], ["平成", "1989-01-08"], ["昭和", "1926-12-25"], ["大正", "1912-07-30"], ["明治", "1868-01-25"]];

// [P.9] A date as a certificate prints it. What is unknown is printed so; the first day that it may mean decides the era.
export function printedDate({ date, form }) {
  if (date.unknown) return "不詳";
  const { year, month, day } = date.exact ?? date.partial;
  const printedYear = form === "gregorian" ? String(year) : eraYear(year, isoDay({ year, month: month || 1, day: day || 1 }));
  return date.exact ? `${printedYear}年${month}月${day}日` : `${printedYear}年${month || ""}月日不詳`;
}

function eraYear(year, day) {
  const [name, first] = ERAS.find(([, firstDay]) => firstDay <= day);
  const number = year - Number(first.slice(0, 4)) + 1;
  return `${name}${number === 1 ? "元" : number}`;
}
