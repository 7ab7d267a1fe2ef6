/** How the pages of an object are laid out for this person's role; the definition itself where nobody laid anything out. */

import { queryOptions, useQuery } from '@tanstack/react-query'
import { ask } from './api'
import type { FieldDef, Labels, ObjectDef } from './definitions'
import { createStore, useStore } from './store'

export interface LayoutSection {
  name: string
  label: Labels | string | null
  fields: string[]
  collapsed: boolean
}

export interface Layout {
  /** Fields of the one line under the title. */
  facts: string[]
  sections: LayoutSection[]
  hidden: string[]
  /** Fields of a card on a board or in a gallery. */
  card: string[]
  /** Objects whose lists hang on the page, in order. */
  related: string[]
}

export interface LaidOut {
  layout: Layout
  from: 'role' | 'everyone' | 'definition'
  role: string | null
  warnings?: { pointer: string; code: string; detail: string }[]
}

export function layoutQuery(plural: string, role?: string) {
  return queryOptions({
    queryKey: ['layout', plural, role ?? ''] as const,
    queryFn: async ({ signal }): Promise<LaidOut> => (await ask<LaidOut>('GET', `/${plural}/layout`, { query: { role }, signal })).data,
    staleTime: 5 * 60_000,
    retry: false,
  })
}

export interface Section {
  name: string
  label: Labels | string | null
  fields: FieldDef[]
  collapsed: boolean
}

/** Sections in the order their first field appears in the definition; the system's own last. */
export function sectionsByDefinition(fields: readonly FieldDef[]): Section[] {
  const sections = new Map<string, FieldDef[]>()
  for (const field of fields) {
    const name = field.section || 'main'
    sections.set(name, [...(sections.get(name) ?? []), field])
  }
  return [...sections]
    .sort(([a], [b]) => Number(a === 'system') - Number(b === 'system'))
    .map(([name, own]) => ({ name, label: null, fields: own, collapsed: name === 'system' }))
}

/** The layout's sections with their fields; a field the layout does not know stands in its own section of the definition. */
export function sectionsByLayout(layout: Layout, fields: readonly FieldDef[]): Section[] {
  const byName = new Map(fields.map((field) => [field.name, field]))
  const placed = new Set([...layout.hidden, ...layout.sections.flatMap((section) => section.fields)])
  const sections: Section[] = layout.sections.map((section) => ({ ...section, fields: section.fields.flatMap((name) => byName.get(name) ?? []) }))
  for (const field of fields) {
    if (placed.has(field.name)) continue
    const name = field.section || 'main'
    const home = sections.find((section) => section.name === name)
    if (home) home.fields.push(field)
    else sections.push({ name, label: null, fields: [field], collapsed: name === 'system' })
  }
  return sections.filter((section) => section.fields.length > 0 || section.name === 'system')
}

/** A layout being edited: pages show it before it is kept. */
export const previewStore = createStore<{ plural: string; layout: Layout } | null>(null)

/** The layout of the caller's role; null until it is known, and where it could not be read. */
export function useLayout(object: ObjectDef): Layout | null {
  const { data } = useQuery(layoutQuery(object.plural))
  const preview = useStore(previewStore)
  if (preview?.plural === object.plural) return preview.layout
  return data && data.from !== 'definition' ? data.layout : null
}
