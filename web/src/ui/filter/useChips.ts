/** A question as chips. Who reads questions comes when there is one to read: most lists open without a filter. */

import { useEffect, useState } from 'react'
import { EVERYTHING, type Group } from '@/lib/question'

type Read = (question: string) => Group | null
let read: Read | null = null

/** Null when the question says more than chips can; undefined until it can be read. */
export function useChips(question: string): Group | null | undefined {
  const [, setIsHere] = useState(read !== null)
  const isNeeded = question !== '' && read === null
  useEffect(() => {
    if (isNeeded) void import('@/lib/questionText').then((reader) => {
      read = reader.parseQuestion
      setIsHere(true)
    })
  }, [isNeeded])
  if (question === '') return EVERYTHING
  return read?.(question)
}
