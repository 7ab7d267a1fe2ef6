/** What a role says of an object, worked out and changed without the server; mirrors how the server reads a role. */

import type { FieldRule, Grant, RoleBody } from './access'

export const EVERY = '*'
/** "Every object" lets these be read by all, never changed: they decide about rights themselves. */
const GUARDED = new Set(['user', 'team'])

export const NO_GRANT: Grant = { read: 'none', update: 'none', delete: 'none', create: false, import: false, export: false, fields: {} }

/** What the role gives on the object, said of it or of every object. */
export function grantOf(body: RoleBody, object: string): Grant {
  const named = body.objects[object]
  if (named) return named
  const every = body.objects[EVERY]
  if (!every) return NO_GRANT
  if (body.admin || !GUARDED.has(object)) return every
  return { ...NO_GRANT, read: every.read === 'none' ? 'none' : 'all', fields: every.fields }
}

export function isNamed(body: RoleBody, object: string): boolean {
  return body.objects[object] !== undefined
}

/** The body with one object's grant changed; an object that inherited is named from now on. */
export function withGrant(body: RoleBody, object: string, change: Partial<Grant>): RoleBody {
  return { ...body, objects: { ...body.objects, [object]: { ...grantOf(body, object), ...change } } }
}

export function withField(body: RoleBody, object: string, field: string, rule: FieldRule | null): RoleBody {
  const fields = { ...grantOf(body, object).fields }
  if (rule === null) delete fields[field]
  else fields[field] = rule
  return withGrant(body, object, { fields })
}

/** The object is no longer named: what is said of every object holds again. */
export function asEvery(body: RoleBody, object: string): RoleBody {
  const objects = { ...body.objects }
  delete objects[object]
  return { ...body, objects }
}

export function withRestrict(body: RoleBody, object: string, rules: string[]): RoleBody {
  const restrict = { ...body.restrict }
  if (rules.length === 0) delete restrict[object]
  else restrict[object] = rules
  return { ...body, restrict }
}

/** The same rights, whatever the order in which they were put together. */
export function isSame(a: RoleBody, b: RoleBody): boolean {
  return stable(a) === stable(b)
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    held && typeof held === 'object' && !Array.isArray(held) ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1))) : held)
}
