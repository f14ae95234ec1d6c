# One image for every part: `playhead web`, `playhead worker`, `playhead scheduler`, `playhead migrate`.
FROM node:24-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-progress
COPY web ./
# The pages are typed by the schema, and carry an example for a server that has no demo workspace.
COPY schema.graphql /schema.graphql
COPY playhead/examples/take-an-order.json /playhead/examples/take-an-order.json
RUN npm run build

FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /src
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/app
# The libraries first: they change less often than the code.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY . .
COPY --from=web /web/dist web/dist
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home playhead && install --directory --owner=playhead /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PLAYHEAD_DATA_DIR=/data
USER playhead
WORKDIR /data
EXPOSE 8000
ENTRYPOINT ["playhead"]
CMD ["--help"]
