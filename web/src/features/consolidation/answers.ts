/** What a person says of pairs: seen at once, sent in its order, put back when it was refused, taken back by its change. */

import { useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { Problem, reasonOf } from '@/lib/api'
import { answerPair, matchingQuery, type Overview, type Pair, type PairPage, type PairState, type Verdict } from '@/lib/matching'
import { unmerge } from '@/lib/merging'
import { refreshObject } from '@/lib/records'

export interface Said {
  verdict: Verdict
  survivor?: string
  picks?: Record<string, string>
}

/** The pages without this pair. */
export function without(data: InfiniteData<PairPage>, id: string): InfiniteData<PairPage> {
  return { ...data, pages: data.pages.map((page) => ({ ...page, data: page.data.filter((pair) => pair.id !== id) })) }
}

/** Somebody else, or an answer before, has settled it meanwhile. */
function isSettled(error: unknown): boolean {
  return error instanceof Problem && (error.status === 404 || error.code === 'match.joined')
}

export function useAnswers(plural: string) {
  const queries = useQueryClient()
  const acts = useActs()
  const { t } = useTranslation()
  /** Answers on their way: the next waits for the one before, and taking back for all. */
  const last = useRef<Promise<unknown>>(Promise.resolve())

  return useMemo(() => {
    const inTurn = (act: () => Promise<void>) => {
      const next = last.current.then(act, act)
      last.current = next
      return next
    }
    const refreshPairs = () => {
      for (const key of ['pairs', 'pair', 'pairs-of', 'matching', 'merges']) void queries.invalidateQueries({ queryKey: [key] })
    }
    const count = (state: PairState, by: number) => queries.setQueryData<Overview[]>(matchingQuery.queryKey, (held) => held?.map((one) => (one.plural === plural ? { ...one, counts: { ...one.counts, [state]: Math.max(0, (one.counts[state] ?? 0) + by) } } : one)))

    function answer(pair: Pair, said: Said): void {
      const held = queries.getQueriesData<InfiniteData<PairPage>>({ queryKey: ['pairs', plural] })
      for (const [key, data] of held) if (data) queries.setQueryData(key, without(data, pair.id))
      if (said.verdict !== 'skip') {
        count(pair.state, -1)
        if (said.verdict !== 'reopen') count(said.verdict, 1)
      }
      const ids = new Set(pair.records.map((record) => record.id))
      void inTurn(async () => {
        try {
          const { data, change } = await answerPair(plural, pair.id, said)
          queries.setQueryData(['pair', plural, pair.id], data)
          const titles = { one: pair.records[0].title, other: pair.records[1].title }
          if (said.verdict === 'same') {
            acts.did(change, data.state === 'second' ? t('review.waits_second') : t('review.merged', titles))
            refreshObject(queries, plural)
            // Other pairs of the two speak of one record now.
            const isTouched = queries.getQueriesData<InfiniteData<PairPage>>({ queryKey: ['pairs', plural] }).some(([, pages]) => pages?.pages.some((page) => page.data.some((other) => other.records.some((record) => ids.has(record.id)))))
            if (isTouched) void queries.invalidateQueries({ queryKey: ['pairs', plural] })
          } else if (said.verdict === 'different') acts.did(change, data.state === 'second' ? t('review.waits_second') : t('review.apart', titles))
          else if (said.verdict === 'reopen') acts.did(change, t('review.reopened'))
          for (const id of ids) void queries.invalidateQueries({ queryKey: ['pairs-of', plural, id] })
        } catch (error) {
          if (isSettled(error)) notify({ text: t('review.settled') })
          else {
            for (const [key, data] of held) if (data) queries.setQueryData(key, data)
            notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad', action: { label: t('common.retry'), run: () => answer(pair, said) } })
          }
          refreshPairs()
        }
      })
    }

    function takeBack(): void {
      // What undoes reads everything again; the queue is read with it.
      void inTurn(async () => acts.undo())
    }

    function splitAgain(pair: Pair): void {
      if (!pair.merge) return
      const merge = pair.merge
      void inTurn(async () => {
        try {
          const { change } = await unmerge(merge)
          acts.did(change, t('merge.unmerged'))
          refreshObject(queries, plural)
        } catch (error) {
          notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
        }
        refreshPairs()
      })
    }

    return { answer, takeBack, splitAgain }
  }, [queries, acts, t, plural])
}
