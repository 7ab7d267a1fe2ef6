import type { ReactNode } from 'react'

/** A control with its name above, and what is wrong or helpful below. */
export function Labelled({ label, fault, help, children }: { label: string; fault?: string | undefined; help?: string | undefined; children: ReactNode }) {
  return (
    <label className="flex min-w-0 flex-col gap-1">
      <span className="text-meta font-medium text-fg-2">{label}</span>
      {children}
      {fault ? <span role="alert" className="text-meta text-bad">{fault}</span> : help && <span className="text-meta text-fg-3">{help}</span>}
    </label>
  )
}
