import { Maximize, Monitor, Smartphone, Tablet } from 'lucide';
import { strings } from '../strings/strings.ts';
import { Menu } from '../ui/menu.tsx';
import { type DeviceName, devices, type ViewState } from './view-state.ts';

const words = strings.sheet;

const icons = { free: Maximize, phone: Smartphone, tablet: Tablet, desktop: Monitor };
const names: readonly DeviceName[] = ['free', 'phone', 'tablet', 'desktop'];

/** Menu for the window size in which the app is shown. */
export function DeviceSizeMenu({ viewState, disabled }: { viewState: ViewState; disabled: boolean }) {
  const chosen = viewState.device.value;
  const size = viewState.size.value;
  return (
    <Menu
      node={icons[chosen]}
      name={words.size}
      value={size ? words.pixels(size.width, size.height) : words.devices.free}
      disabled={disabled}
    >
      {() => (
        <fieldset class="menu-group">
          <legend class="visually-hidden">{words.size}</legend>
          {names.map((name) => (
            <label key={name} class="menu-item">
              <input
                type="radio"
                name="device"
                checked={chosen === name}
                onChange={() => {
                  viewState.device.value = name;
                }}
              />
              {words.devices[name]}
              {name !== 'free' && <span class="quiet">{words.pixels(devices[name].width, devices[name].height)}</span>}
            </label>
          ))}
          <label class="menu-item is-apart">
            <input
              type="checkbox"
              disabled={size === null}
              checked={viewState.isTurned.value}
              onChange={({ currentTarget }) => {
                viewState.isTurned.value = currentTarget.checked;
              }}
            />
            {words.turn}
          </label>
          <label class="menu-item">
            <input
              type="checkbox"
              disabled={size === null}
              checked={viewState.fits.value}
              onChange={({ currentTarget }) => {
                viewState.fits.value = currentTarget.checked;
              }}
            />
            {words.fit}
          </label>
        </fieldset>
      )}
    </Menu>
  );
}
