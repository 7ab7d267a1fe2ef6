import { AREAS, type ObjectDef } from '@/lib/definitions'

/** The areas of these objects in their fixed order, those of one's own last. */
export function areasOf(objects: ObjectDef[]): string[] {
  const there = new Set(objects.map((object) => object.area))
  const known = AREAS.filter((area) => there.has(area))
  return [...known, ...[...there].filter((area) => !(known as string[]).includes(area))]
}
