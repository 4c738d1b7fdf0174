// The style sheets of the preview, in the order of their cascade.
import './preview-toolbar.css';
import '../ui/menu.css';
import './preview.css';
import './problem-card.css';
import './panel.css';
import './open-on-phone-dialog.css';
import './toolbar-narrow.css';
