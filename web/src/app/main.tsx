import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem, whenSignedOut } from '@/lib/api'
import { firstLanguage, startLanguage } from '@/lib/i18n'
import { sessionQuery } from '@/lib/session'
import { makeRouter } from './router'
import './styles.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      // What the server refused it will refuse again; only a lost connection is worth another try.
      retry: (failures, error) => failures < 2 && error instanceof Problem && (error.isOffline || error.status === 503),
    },
  },
})

const router = makeRouter(queries)

whenSignedOut(() => {
  if (queries.getQueryData(sessionQuery.queryKey) === null) return
  queries.setQueryData(sessionQuery.queryKey, null)
  void router.invalidate()
})

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
