# One image for web, conductor, depot and migrate; docker-compose.yml says which it is and under which user it runs.
FROM node:22-bookworm-slim
WORKDIR /baseboard
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json prisma.config.ts ./
COPY prisma prisma
COPY stubs stubs
# The build needs the development dependencies (types) too.
RUN npm ci --include=dev
COPY . .
RUN npm run build \
  && mkdir -p /data/web /data/conductor /data/images \
  && chown 10001:10001 /data/web && chown 10002:10002 /data/conductor && chown 10003:10003 /data/images \
  && chmod 700 /data/web /data/conductor /data/images \
  && mkdir /data/relay && chown 10002:10001 /data/relay && chmod 2750 /data/relay \
  && mkdir /data/depot && chown 10003:10001 /data/depot && chmod 2750 /data/depot
# Whoever it runs as has no home of its own.
ENV HOME=/tmp
CMD ["npm", "run", "-s", "web"]
