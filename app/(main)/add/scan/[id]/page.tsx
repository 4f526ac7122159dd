import { ScanResult } from '#components/add/scan-result.tsx'

export default async function Page({ params }: PageProps<'/add/scan/[id]'>) {
  return <ScanResult id={(await params).id} />
}
