/** Whose purchases count: everybody's, or those of a segment's members. The address may hold any other question. */

import { useQuery } from '@tanstack/react-query'
import type { Party } from '@/lib/analysis'
import { fewQuery } from '@/lib/records'
import { useTranslation } from '@/lib/useTranslation'
import { Choice, useChoices } from './parts'

export function Among({ among, party }: { among: string | undefined; party: Party }) {
  const { t } = useTranslation()
  const [, choose] = useChoices()
  const segments = useQuery({ ...fewQuery('segments', { limit: 100, sort: 'name' }), retry: false })
  const options = (segments.data?.data ?? []).map((one) => {
    const holds: Party = one['holds'] === 'company' ? 'company' : 'contact'
    return { value: `${holds} in segment ${JSON.stringify(one.title)}`, label: one.title }
  })
  if (options.length === 0) return null
  const value = among ? `${party} ${among}` : ''
  const isOther = value !== '' && !options.some((one) => one.value === value)
  return (
    <Choice
      label={t('cube.among')}
      value={value}
      none={t('cube.everybody')}
      options={isOther ? [...options, { value, label: t('cube.among_question') }] : options}
      onChange={(next) => {
        const at = next.indexOf(' ')
        choose(at < 0 ? { among: undefined, object: undefined } : { among: next.slice(at + 1), object: next.startsWith('company') ? 'company' : undefined })
      }}
    />
  )
}
