import createNextIntlPlugin from 'next-intl/plugin'

// Messages are compiled at build time: formatting then costs the browser about 1 KiB (stack.md §5).
const withNextIntl = createNextIntlPlugin({
  requestConfig: './i18n/request.ts',
  experimental: { messages: { path: './messages', format: 'json', locales: 'infer', precompile: true } },
})

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  agentRules: false,
  reactStrictMode: true,
  allowedDevOrigins: ['127.0.0.1'],
  // Nothing of ours needs the optimizer, and what is not there cannot be attacked.
  images: { unoptimized: true },
  // `npm run types` holds them, tests included; a start should not wait for that.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['pg', '@prisma/client', '@prisma/adapter-pg', 'csv-stringify'],
}

export default withNextIntl(config)
