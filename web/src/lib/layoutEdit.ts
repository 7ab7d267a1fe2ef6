/** Moving things about in a layout: fields between sections and out of sight, sections among themselves. Nothing is drawn here. */

import type { Layout, LayoutSection } from './layout'

/** Where fields that nobody shows lie. */
export const HIDDEN = '\u0000hidden'

export type Place = { section: string; at: number }

function listsOf(layout: Layout): { name: string; fields: string[] }[] {
  return [...layout.sections.map((section) => ({ name: section.name, fields: section.fields })), { name: HIDDEN, fields: layout.hidden }]
}

function withLists(layout: Layout, lists: { name: string; fields: string[] }[]): Layout {
  const fields = new Map(lists.map((list) => [list.name, list.fields]))
  return { ...layout, sections: layout.sections.map((section) => ({ ...section, fields: fields.get(section.name) ?? section.fields })), hidden: fields.get(HIDDEN) ?? [] }
}

export function placeOf(layout: Layout, field: string): Place | null {
  for (const list of listsOf(layout)) {
    const at = list.fields.indexOf(field)
    if (at !== -1) return { section: list.name, at }
  }
  return null
}

/** Puts `field` before what stands at `to` now. */
export function moveField(layout: Layout, field: string, to: Place): Layout {
  const from = placeOf(layout, field)
  const lists = listsOf(layout).map((list) => ({ ...list, fields: list.fields.filter((one) => one !== field) }))
  const target = lists.find((list) => list.name === to.section)
  if (!target) return layout
  const at = from && from.section === to.section && from.at < to.at ? to.at - 1 : to.at
  target.fields.splice(Math.max(0, Math.min(target.fields.length, at)), 0, field)
  return withLists(layout, lists)
}

/** One step up or down; at the edge of a section into its neighbour. */
export function stepField(layout: Layout, field: string, step: 1 | -1): Layout {
  const from = placeOf(layout, field)
  if (!from) return layout
  const lists = listsOf(layout)
  const index = lists.findIndex((list) => list.name === from.section)
  const within = from.at + step
  const own = lists[index]
  if (own && within >= 0 && within < own.fields.length) return moveField(layout, field, { section: from.section, at: step === 1 ? within + 1 : within })
  const next = lists[index + step]
  if (!next) return layout
  return moveField(layout, field, { section: next.name, at: step === 1 ? 0 : next.fields.length })
}

export function moveSection(layout: Layout, name: string, step: 1 | -1): Layout {
  const at = layout.sections.findIndex((section) => section.name === name)
  const to = at + step
  if (at === -1 || to < 0 || to >= layout.sections.length) return layout
  const sections = [...layout.sections]
  const [moved] = sections.splice(at, 1)
  if (moved) sections.splice(to, 0, moved)
  return { ...layout, sections }
}

export function changeSection(layout: Layout, name: string, change: Partial<LayoutSection>): Layout {
  return { ...layout, sections: layout.sections.map((section) => (section.name === name ? { ...section, ...change } : section)) }
}

/** A name of its own for a section made now. */
export function addSection(layout: Layout, label: string): Layout {
  const names = new Set(layout.sections.map((section) => section.name))
  let number = 1
  while (names.has(`section_${number}`)) number += 1
  return { ...layout, sections: [...layout.sections, { name: `section_${number}`, label, fields: [], collapsed: false }] }
}

/** A section goes; its fields move to the one before it, so that none is lost. */
export function dropSection(layout: Layout, name: string): Layout {
  const at = layout.sections.findIndex((section) => section.name === name)
  if (at === -1 || layout.sections.length < 2) return layout
  const dropped = layout.sections[at]
  const heir = at === 0 ? 1 : at - 1
  const sections = layout.sections.map((section, index) => (index === heir ? { ...section, fields: [...section.fields, ...(dropped?.fields ?? [])] } : section)).filter((section) => section.name !== name)
  return { ...layout, sections }
}

export function toggled(names: readonly string[], name: string): string[] {
  return names.includes(name) ? names.filter((one) => one !== name) : [...names, name]
}
