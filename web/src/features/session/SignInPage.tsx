import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { changeLanguage, isLanguage } from '@/lib/i18n'
import { sessionQuery, type Session } from '@/lib/session'
import { kept } from '@/lib/storage'
import { Frame } from './Frame'
import { SignInForm } from './SignInForm'
import { inside, offerQuery } from './signIn'

export default function SignInPage() {
  const { t } = useTranslation()
  const { to } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const offer = useQuery(offerQuery)
  const fresh = useQuery({ queryKey: ['setup'], queryFn: async ({ signal }) => (await ask<{ needed: boolean }>('GET', '/setup', { signal })).data.needed, retry: false })
  const company = offer.data?.company.name

  return (
    <Frame title={t('session.sign_in')} lead={company ? t('session.to_company', { company }) : t('session.sign_in_lead')}>
      {fresh.data === true && (
        <p className="mb-4 rounded-md bg-accent-soft px-3 py-2 text-accent-text">
          {t('session.fresh')} <Link to="/setup" className="font-medium underline">{t('session.set_up')}</Link>
        </p>
      )}
      <SignInForm
        returnTo={inside(to)}
        onDone={async (session) => {
          await enter(queries, session)
          await navigate({ to: inside(to) })
        }}
      />
    </Frame>
  )
}

/** Takes the session over; a language chosen on this device wins over the one kept for the user. */
export async function enter(queries: ReturnType<typeof useQueryClient>, session: Session | null): Promise<void> {
  queries.clear()
  const known = session?.user ? session : await queries.fetchQuery(sessionQuery)
  queries.setQueryData(sessionQuery.queryKey, known)
  if (!kept('language') && isLanguage(known?.language)) await changeLanguage(known.language)
}
