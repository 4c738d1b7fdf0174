// The sheets that every page begins with, in the order of their cascade: the order of other imports is the formatter's.
import '../fonts/fonts.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../landing/landing.css';
import '../builder/builder.css';
import '../conversation/conversation.css';
import '../limits/limits.css';
