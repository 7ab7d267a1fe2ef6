import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem, whenSignedOut } from '@/lib/api'
import { firstLanguage, startLanguage } from '@/lib/i18n'
import { installShell, startOffline } from '@/lib/offline'
import { signInStore } from '@/lib/panels'
import { onBack } from '@/lib/reach'
import { sessionQuery } from '@/lib/session'
import { makeRouter } from './router'
import './styles.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      // Without a network what was read before is still asked for: it may be on this device (lib/offline.ts).
      networkMode: 'always',
      // What the server refused it will refuse again; only a lost connection is worth another try.
      retry: (failures, error) => failures < 2 && navigator.onLine && error instanceof Problem && (error.isOffline || error.status === 503),
    },
  },
})

const router = makeRouter(queries)

// Whoever was signed in signs in again over the open page, and nothing typed is lost; all who wait share one answer.
let coming: Promise<boolean> | null = null
whenSignedOut(() => {
  const session = queries.getQueryData(sessionQuery.queryKey)
  if (!session) return
  coming ??= new Promise<boolean>((resolve) => signInStore.set({ user: session.user, answer: resolve })).then((isBack) => {
    coming = null
    signInStore.set(null)
    if (isBack) {
      // A session often ends because rights were changed: what may be seen and done is read again.
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
    } else {
      queries.setQueryData(sessionQuery.queryKey, null)
      void router.invalidate()
    }
    return isBack
  })
  return coming
})

// What failed while the server was away is read again when it is back; what is shown may be old.
onBack(() => void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' && query.queryKey[0] !== 'settings' }))

startOffline()
installShell(() => Promise.all([import('@/features/home/HomePage'), import('@/features/lists/ListPage'), import('@/features/record/RecordPage')]))

const root = document.getElementById('root')
if (root) {
  await startLanguage(firstLanguage())
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}
