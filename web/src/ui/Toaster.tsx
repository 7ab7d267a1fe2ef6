/** What was done, in one line at the bottom of the screen, with a way back. */

import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { drawNoticesWith, type Notice } from '@/lib/actions'

/** One line, bottom centre, six seconds, with Undo. */
export default function Toaster() {
  return (
    <Toast.Provider timeout={6000} limit={1}>
      <Announcer />
      <Toast.Portal>
        <Toast.Viewport className="fixed bottom-5 start-1/2 z-80 flex w-[calc(100vw-24px)] max-w-[520px] -translate-x-1/2 flex-col items-center gap-2 max-md:bottom-[76px] rtl:translate-x-1/2">
          <Lines />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function Announcer() {
  const { add } = Toast.useToastManager()
  useEffect(
    () =>
      drawNoticesWith((notice) => {
        add({
          title: notice.text,
          type: notice.tone ?? 'ok',
          priority: notice.tone === 'bad' ? 'high' : 'low',
          ...(notice.action ? { actionProps: { children: notice.action.label, onClick: notice.action.run } } : {}),
          data: { second: notice.second },
        })
      }),
    [add],
  )
  return null
}

function Lines() {
  const { t } = useTranslation()
  const { toasts, close } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      data-toast
      // What went wrong is called out beside it as well; its buttons are there for everybody all the same.
      aria-hidden={false}
      swipeDirection={['down']}
      className="pop flex min-h-10 max-w-full items-center gap-2.5 rounded-lg py-1.5 ps-3 pe-1.5 transition-[opacity,translate] duration-150 data-ending-style:translate-y-2 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      {toast.type === 'bad' ? <CircleAlert size={16} className="shrink-0 text-bad" /> : <CircleCheck size={16} className="shrink-0 text-ok" />}
      <Toast.Title className="min-w-0 flex-1 truncate text-body font-normal" />
      {toast.actionProps && (
        <Toast.Action
          className="h-7 shrink-0 rounded-sm px-2.5 font-medium text-accent-text hover:bg-accent-soft pointer-coarse:h-9"
          onClick={() => close(toast.id)}
        />
      )}
      {second(toast) && (
        <button
          type="button"
          className="h-7 shrink-0 rounded-sm px-2.5 font-medium text-accent-text hover:bg-accent-soft pointer-coarse:h-9"
          onClick={() => {
            second(toast)?.run()
            close(toast.id)
          }}
        >
          {second(toast)?.label}
        </button>
      )}
      <Toast.Close aria-label={t('common.close')} aria-hidden={false} className="grid size-7 shrink-0 place-items-center rounded-sm text-fg-3 hover:bg-hover hover:text-fg">
        <X size={14} />
      </Toast.Close>
    </Toast.Root>
  ))
}

function second(toast: { data?: unknown }): Notice['second'] {
  return (toast.data as Pick<Notice, 'second'> | undefined)?.second
}
