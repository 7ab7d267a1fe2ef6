/** What a card says of a record, and where on it: who, what, how much, what else, and at the foot when and whose. */

import { faceOf, storedType, templateFields, titleField, type Definitions, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { isEmpty, type RecordData } from '@/lib/records'

export interface CardPlan {
  who: FieldDef | null
  figure: FieldDef | null
  pills: FieldDef[]
  lines: FieldDef[]
  /** A line of text at the foot, where no planned activity is known. */
  step: FieldDef | null
  date: FieldDef | null
  owner: FieldDef | null
}

function isPill(field: FieldDef): boolean {
  const type = storedType(field)
  return type === 'choice' || type === 'multi_choice' || (field.type === 'links' && field.target === 'tag')
}

function isDay(field: FieldDef): boolean {
  const type = storedType(field)
  return type === 'date' || type === 'time'
}

/** The fields a new board puts on its cards. */
export function defaultCardFields(object: ObjectDef, definitions: Definitions | undefined): string[] {
  const inTitle = new Set([...templateFields(object.title), titleField(object)?.name])
  const fields = object.fields.filter((field) => !inTitle.has(field.name) && ['', 'main', 'figures'].includes(field.section ?? ''))
  const first = (wanted: (field: FieldDef) => boolean) => fields.find(wanted)?.name
  const isParty = (field: FieldDef) => field.type === 'link' && definitions?.objects.some((one) => one.name === field.target && one.party)
  const due = fields.find((field) => isDay(field) && /^(due|expected|planned|starts|ends)_/.test(field.name)) ?? fields.find(isDay)
  return [
    first((field) => Boolean(isParty(field)) && field.target === 'company') ?? first((field) => Boolean(isParty(field))),
    first((field) => storedType(field) === 'money'),
    first((field) => field.name === 'priority'),
    first((field) => field.type === 'links' && field.target === 'tag'),
    first((field) => field.name === 'next_step'),
    due?.name,
    object.owner && fields.some((field) => field.name === object.owner) ? object.owner : first((field) => field.type === 'link' && field.target === 'user'),
  ].filter((name) => name !== undefined)
}

/** Each chosen field at the place of its kind; the second of a kind that has one place becomes a line. */
export function planOf(chosen: readonly FieldDef[], definitions: Definitions | undefined): CardPlan {
  const plan: CardPlan = { who: null, figure: null, pills: [], lines: [], step: null, date: null, owner: null }
  for (const field of chosen) {
    const target = definitions?.objects.find((one) => one.name === field.target)
    if (field.type === 'link' && field.target === 'user' && !plan.owner) plan.owner = field
    else if (field.type === 'link' && field.target !== 'user' && target && faceOf(target) !== 'icon' && !plan.who) plan.who = field
    else if (storedType(field) === 'money' && !plan.figure) plan.figure = field
    else if (isPill(field)) plan.pills.push(field)
    else if (field.name === 'next_step' && !plan.step) plan.step = field
    else if (isDay(field) && !plan.date) plan.date = field
    else plan.lines.push(field)
  }
  return plan
}

const PAD = 22
const WHO = 24
const TITLE = 20
const FIGURE = 28
const LINE = 22
const FOOT = 39

/** How high a card is, known before it is drawn, so that a column of thousands needs no measuring. */
export function heightOf(plan: CardPlan, record: RecordData, withSteps: boolean): number {
  let height = PAD + TITLE
  if (plan.who && !isEmpty(record[plan.who.name])) height += WHO
  if ((plan.figure && !isEmpty(record[plan.figure.name])) || plan.pills.some((field) => !isEmpty(record[field.name]))) height += FIGURE
  height += plan.lines.filter((field) => !isEmpty(record[field.name])).length * LINE
  if (hasFoot(plan, withSteps)) height += FOOT
  return height
}

export function hasFoot(plan: CardPlan, withSteps: boolean): boolean {
  return withSteps || plan.step !== null || plan.date !== null || plan.owner !== null
}
