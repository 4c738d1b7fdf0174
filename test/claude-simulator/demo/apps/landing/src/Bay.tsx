/** A chart of the bay: shore, depth lines, a boat's way in. */
export function Bay() {
  return (
    <svg
      class="bay"
      viewBox="0 0 560 640"
      preserveAspectRatio="xMidYMid slice"
      role="img"
      aria-label="A sea chart of a small bay with a pier"
    >
      <g class="depths">
        <path d="M-10 452c92 44 150 12 214 40s92 108 190 96 118-96 190-118" />
        <path d="M-10 372c86 56 168 20 238 44s98 92 170 80 104-94 190-132" />
        <path d="M-10 296c94 60 182 26 250 44s92 78 152 66 98-98 190-150" />
        <path d="M-10 226c98 60 192 34 258 44s90 60 142 46 92-96 190-166" />
      </g>
      <path class="land" d="M-10-10h590v118c-72 42-96 108-150 132s-84-12-124-26-66 8-132-6S60 176-10 158Z" />
      <path
        class="hills"
        d="M40 40c60 38 128 26 180 44s62 46 108 50 92-46 132-100M110 20c50 26 98 20 140 36s52 36 84 36 56-30 82-66"
      />
      <path class="pier" d="m322 214 34 92M344 276l26-9" />
      <path class="way" d="M66 626c40-120 160-120 204-204 22-42 44-66 84-108" />
      <g class="labels">
        <text x="376" y="292">
          Roastery pier
        </text>
        <text x="40" y="338">
          4
        </text>
        <text x="118" y="424">
          7
        </text>
        <text x="232" y="532">
          12
        </text>
        <text x="452" y="470">
          9
        </text>
        <text x="492" y="358">
          5
        </text>
      </g>
    </svg>
  );
}
