import { ScanPage } from '#components/add/scan-page.tsx'

export default function Page() {
  return <ScanPage />
}
