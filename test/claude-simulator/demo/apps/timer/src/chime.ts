/** Two soft tones, a fifth apart. */
export function chime(): void {
  const audio = new AudioContext();
  for (const [index, pitch] of [392, 587].entries()) {
    const start = audio.currentTime + index * 0.22;
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.2, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 1.4);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 1.5);
  }
}
