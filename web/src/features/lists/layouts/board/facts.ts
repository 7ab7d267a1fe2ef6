/**
 * What a card tells beside its record: the next thing planned for it, and how long it has stood in its column.
 * Asked for by pages of cards, and told to the cards on the screen alone.
 */

import { ask } from '@/lib/api'
import type { Definitions, ObjectDef } from '@/lib/definitions'
import { quoted } from '@/lib/question'
import type { Page } from '@/lib/records'

export interface NextStep {
  subject: string
  dueAt: string | null
  isLate: boolean
}

export interface Stay {
  days: number
  limit: number | null
  isStale: boolean
}

export interface Facts {
  /** Undefined until it is known; null when nothing is planned. */
  step?: NextStep | null
  stay?: Stay
}

interface StagesAnswer {
  data: { id: string; days: number; rotting_days?: number | null; is_stale: boolean }[]
}

/** The object of planned things, and its link to records of `object`; null when nothing can be planned for them. */
export function plannedFor(definitions: Definitions | undefined, object: ObjectDef): { plural: string; link: string } | null {
  const activity = definitions?.objects.find((one) => one.name === 'activity' && one.can.read)
  const names = new Set(activity?.fields.map((field) => field.name))
  const link = activity?.fields.find((field) => field.type === 'link' && field.target === object.name && object.name !== 'activity' && object.name !== 'user')
  return activity && link && names.has('due_at') && names.has('is_done') && names.has('subject') ? { plural: activity.plural, link: link.name } : null
}

const NONE: Facts = {}
const AT_ONCE = 100

export class CardFacts {
  private readonly known = new Map<string, Facts>()
  private readonly listeners = new Set<() => void>()
  private gathered = new Set<string>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly plural: string, private readonly field: string, private readonly planned: { plural: string; link: string } | null, private readonly withStay: boolean) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  of(id: string): Facts {
    return this.known.get(id) ?? NONE
  }

  /** Asks for these soon, together with what else is asked for in the same moment. */
  want(ids: readonly string[]): void {
    for (const id of ids) this.gathered.add(id)
    this.timer ??= setTimeout(() => void this.load(), 30)
  }

  private async load(): Promise<void> {
    this.timer = undefined
    const all = [...this.gathered]
    this.gathered = new Set()
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const ids = all.slice(at, at + AT_ONCE)
      const [steps, stays] = await Promise.all([this.steps(ids), this.stays(ids)])
      for (const id of ids) {
        const held = this.known.get(id) ?? NONE
        const stay = stays?.get(id) ?? held.stay
        this.known.set(id, { ...(steps ? { step: steps.get(id) ?? null } : held), ...(stay ? { stay } : {}) })
      }
      for (const listener of this.listeners) listener()
    }
  }

  /** The earliest open activity of each; null when it could not be read, which a card need not mention. */
  private async steps(ids: string[]): Promise<Map<string, NextStep> | null> {
    const { planned } = this
    if (!planned) return null
    try {
      const filter = `${planned.link} in (${ids.map(quoted).join(', ')}) and is_done = false`
      const { data } = await ask<Page>('POST', `/${planned.plural}/query`, { body: { filter, sort: 'due_at', fields: `subject,due_at,${planned.link}`, limit: 200, count: 'none' } })
      const steps = new Map<string, NextStep>()
      const now = Date.now()
      for (const activity of data.data) {
        const id = String(activity[planned.link] ?? '')
        const dueAt = typeof activity['due_at'] === 'string' ? activity['due_at'] : null
        if (id && !steps.has(id)) steps.set(id, { subject: activity.title, dueAt, isLate: dueAt !== null && new Date(dueAt).getTime() < now })
      }
      return steps
    } catch {
      return null
    }
  }

  private async stays(ids: string[]): Promise<Map<string, Stay> | null> {
    if (!this.withStay) return null
    try {
      const { data } = await ask<StagesAnswer>('POST', `/${this.plural}/stages`, { body: { ids, field: this.field } })
      return new Map(data.data.map((one) => [one.id, { days: one.days, limit: one.rotting_days ?? null, isStale: one.is_stale }]))
    } catch {
      return null
    }
  }
}
