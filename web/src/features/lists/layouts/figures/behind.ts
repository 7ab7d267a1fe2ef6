/** The list behind a figure: the same records as a table, one step that Back undoes. */

import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { ObjectDef } from '@/lib/definitions'
import { bothOf } from '@/lib/question'

export function useOpenBehind(object: ObjectDef, filter: string): (group: string) => void {
  const navigate = useNavigate()
  return useCallback((group) => {
    void navigate({ to: '/o/$plural', params: { plural: object.plural }, search: { f: bothOf(filter, group) || undefined } as Record<string, string> })
  }, [navigate, object.plural, filter])
}
