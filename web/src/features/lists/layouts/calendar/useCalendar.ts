/** The records of a stretch of days, as many of each day as can be shown, and how many more there are. */

import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ask } from '@/lib/api'
import { onLive } from '@/lib/live'
import type { Page, RecordData } from '@/lib/records'
import type { Day } from './dates'
import { placed } from './occurrences'

interface Answer {
  zone: string
  days: { date: Day; count: number; more: number; data: RecordData[] }[]
}

export interface CalendarRequest {
  field: string
  end?: string
  from: Day
  to: Day
  filter: string
  fields: string[]
  per_day: number
}

/** In the shape of a page, so that an edit of a record shows here as in every list. */
export interface CalendarPage extends Page {
  counts: Record<Day, number>
  more: Record<Day, number>
}

export function calendarQuery(plural: string, request: CalendarRequest) {
  return queryOptions({
    queryKey: ['few', plural, 'calendar', request] as const,
    queryFn: async ({ signal }): Promise<CalendarPage> => {
      const { data } = await ask<Answer>('POST', `/${plural}/calendar`, { body: request, signal })
      return {
        data: data.days.flatMap((day) => day.data.map((record) => placed(record, request.field, request.end))),
        next: null,
        counts: Object.fromEntries(data.days.map((day) => [day.date, day.count])),
        more: Object.fromEntries(data.days.filter((day) => day.more > 0).map((day) => [day.date, day.more])),
      }
    },
    staleTime: 30_000,
  })
}

/** Follows what others do as well. */
export function useCalendar(plural: string, name: string, request: CalendarRequest) {
  const queries = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = onLive((line) => {
      if (line.record?.object !== name) return
      timer ??= setTimeout(() => {
        timer = undefined
        void queries.invalidateQueries({ queryKey: ['few', plural, 'calendar'] })
      }, 700)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [queries, plural, name])
  return useQuery({ ...calendarQuery(plural, request), placeholderData: keepPreviousData })
}
