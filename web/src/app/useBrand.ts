/** The workspace wears the company's colour from when it is known, and drops it when the company does. */

import { useEffect } from 'react'
import { useCompany, wearAccent } from '@/lib/company'

export function useBrand(): void {
  const company = useCompany()
  useEffect(() => {
    if (company) wearAccent(company.accent)
  }, [company])
}
