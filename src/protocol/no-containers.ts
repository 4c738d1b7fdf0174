/** Why no commands can run, in English; the page has words for each in its language. An open set. */
export const noContainersHere = 'This deployment of Redraw has no containers.';
export const containersAreOff = 'REDRAW_CONTAINERS is off.';
export const noEngineAnswers = 'no Docker engine answers. Start Docker, and start Redraw again.';
