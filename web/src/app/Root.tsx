/** What holds on every page, signed in or not: hints, toasts, the page that is not there, the page that broke. */

import { Link, Outlet, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Blank, Failed } from '@/ui/states'
import { HintLayer } from '@/ui/HintLayer'

const Toaster = lazy(() => import('@/ui/Toaster'))

export function Root() {
  return (
    <>
      <Outlet />
      <HintLayer />
      <Suspense>
        <Toaster />
      </Suspense>
    </>
  )
}

export function NotFoundPage() {
  return (
    <main className="h-full">
      <NotFound />
    </main>
  )
}

export function NotFound() {
  const { t } = useTranslation()
  return (
    <div className="grid h-full place-items-center">
      <Blank
        icon={Compass}
        title={t('state.not_found')}
        action={
          <Link to="/" className="rounded-sm bg-accent px-3 py-1.5 font-medium text-accent-fg hover:bg-accent-hover">
            {t('state.go_home')}
          </Link>
        }
      >
        {t('state.not_found_hint')}
      </Blank>
    </div>
  )
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <div className="grid h-full place-items-center">
      <Failed
        error={error}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </div>
  )
}
