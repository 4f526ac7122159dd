'use client'

import { PageFailure } from '#components/shell/page-failure.tsx'

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <PageFailure digest={error.digest} again={reset} />
}
