// The style sheets of every first load, in cascade order. They stand alone here because the formatter sorts imports elsewhere.
import '../fonts/fonts.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../landing/landing.css';
import '../builder/builder.css';
import '../conversation/conversation.css';
import '../limits/limits.css';
