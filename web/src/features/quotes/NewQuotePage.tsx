/** Begins a quote, from a deal or a customer or from nothing, and goes on to its editor. */

import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { begin, sheetKey } from '@/lib/quotes'
import { Bones, Failed } from '@/ui/states'

/** Once for each opening, however often the page is drawn. */
let begun: { of: string; key: string } | null = null

export default function NewQuotePage() {
  const search = useSearch({ from: '/inside/quotes/new' })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [fault, setFault] = useState<unknown>(null)
  const [tries, setTries] = useState(0)
  const of = JSON.stringify(search)

  useEffect(() => {
    if (begun?.of !== of) begun = { of, key: crypto.randomUUID() }
    let gone = false
    begin(JSON.parse(of) as typeof search, begun.key).then(
      (sheet) => {
        begun = null
        queries.setQueryData(sheetKey(sheet.quote.id), sheet)
        if (!gone) void navigate({ to: '/quotes/$id', params: { id: sheet.quote.id }, replace: true })
      },
      (error: unknown) => {
        begun = null
        if (!gone) setFault(error)
      },
    )
    return () => void (gone = true)
  }, [of, tries, navigate, queries])

  return fault ? <Failed error={fault} onRetry={() => { setFault(null); setTries(tries + 1) }} /> : <div className="p-6"><Bones rows={8} /></div>
}
