package ofelia.syntax;

import java.util.ArrayList;
import java.util.List;
import ofelia.syntax.SyntaxFinding.Severity;
import org.jspecify.annotations.Nullable;

/// Reads one INI text line by line; used once. Owned by the thread that made it.
final class IniReader {

  private static final String TRIPLE_QUOTE = "\"\"\"";
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char REPLACEMENT = '\uFFFD';
  private static final int LONGEST_QUOTATION = 20;

  private final String fileName;
  private final List<String> lines;
  private final List<IniSection> sections = new ArrayList<>();
  private final List<SyntaxFinding> findings = new ArrayList<>();

  private String header = "";
  private int headerLine = 1;
  private int headerColumn = 1;
  private List<IniEntry> entries = new ArrayList<>();

  /// Index of the line being read, 0-based.
  private int index;

  IniReader(String fileName, String text) {
    this.fileName = fileName;
    boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    // Split by hand rather than by lines(): a lone carriage return is a blank here, not a line end.
    this.lines = splitLines(marked ? text.substring(1) : text);
  }

  IniFile read() {
    warnAboutEncoding();
    for (index = 0; index < lines.size(); index++) {
      String line = lines.get(index);
      int start = Blanks.skip(line, 0);
      if (start == line.length() || isCommentMark(line.charAt(start))) {
        continue;
      }
      if (line.charAt(start) == '[') {
        readHeader(line, start);
      } else {
        readEntry(line, start);
      }
    }
    closeSection();
    return new IniFile(fileName, sections, findings);
  }

  private void warnAboutEncoding() {
    for (int i = 0; i < lines.size(); i++) {
      int column = lines.get(i).indexOf(REPLACEMENT);
      if (column >= 0) {
        index = i;
        warning(column, "a character here is not UTF-8", "save the file in UTF-8");
        return;
      }
    }
  }

  private void readHeader(String line, int start) {
    int close = closingBracket(line, start);
    if (close < 0) {
      error(
          start,
          "this section header has no closing bracket",
          "write \"" + Blanks.trim(line) + "]\"");
      // What follows belongs to a section whose name is only half known: keep it apart.
      close = line.length();
    } else if (close == start + 1) {
      error(start, "this section header has no name", "write for example [job-exec \"name\"]");
    }
    closeSection();
    header = line.substring(start + 1, close);
    headerLine = index + 1;
    headerColumn = start + 2;
  }

  /// The last bracket of the line, so that names may contain brackets; but not one that stands in a
  /// comment behind the header.
  private static int closingBracket(String line, int start) {
    int last = line.lastIndexOf(']');
    for (int close = line.indexOf(']', start); close >= 0; close = line.indexOf(']', close + 1)) {
      int next = Blanks.skip(line, close + 1);
      if (next > close + 1 && next < line.length() && isCommentMark(line.charAt(next))) {
        return close;
      }
    }
    return last;
  }

  private void closeSection() {
    boolean isUnusedPreamble = header.isEmpty() && entries.isEmpty();
    if (!isUnusedPreamble) {
      sections.add(new IniSection(header, headerLine, headerColumn, entries));
    }
    entries = new ArrayList<>();
  }

  private void readEntry(String line, int start) {
    String quote = keyQuote(line, start);
    int keyStart = start + quote.length();
    int keyEnd;
    int delimiter;
    if (quote.isEmpty()) {
      delimiter = indexOfDelimiter(line, start);
      keyEnd = delimiter;
    } else {
      keyEnd = line.indexOf(quote, keyStart);
      if (keyEnd < 0) {
        error(start, "this quoted key is not closed", "add " + quote + " after the key");
        return;
      }
      delimiter = indexOfDelimiter(line, keyEnd + quote.length());
    }
    if (delimiter < 0) {
      error(
          start,
          "\""
              + firstWord(line, start)
              + "\" begins neither a section, a comment nor a key with a value",
          "write \"key = value\", or # in front of a comment");
      return;
    }
    String key = Blanks.trim(line.substring(keyStart, keyEnd));
    if (key.isEmpty()) {
      error(
          start,
          "there is no key before the \"" + line.charAt(delimiter) + "\"",
          "write \"key = value\"");
      return;
    }
    int keyLine = index + 1;
    Value value = readValue(line, delimiter + 1);
    entries.add(new IniEntry(key, value.text(), keyLine, keyStart + 1, value.column()));
  }

  private static String keyQuote(String line, int start) {
    if (line.startsWith(TRIPLE_QUOTE, start) && line.length() - start > 6) {
      return TRIPLE_QUOTE;
    }
    char first = line.charAt(start);
    return first == '"' ? "\"" : first == '`' ? "`" : "";
  }

  /// A value and the 1-based column where it begins.
  private record Value(String text, int column) {}

  private Value readValue(String line, int from) {
    int start = Blanks.skip(line, from);
    if (start == line.length()) {
      return new Value("", line.length() + 1);
    }
    String rawMark = rawMark(line, start);
    if (rawMark != null) {
      return new Value(readRaw(line, start, rawMark), start + rawMark.length() + 1);
    }
    String rest = Blanks.trim(line.substring(start));
    if (rest.endsWith("\\")) {
      return new Value(readContinued(rest.substring(0, rest.length() - 1)), start + 1);
    }
    String text = withoutComment(line, start, start + rest.length());
    return isWrapped(text, '"') || isWrapped(text, '\'')
        ? new Value(text.substring(1, text.length() - 1), start + 2)
        : new Value(text, start + 1);
  }

  private @Nullable String rawMark(String line, int start) {
    if (line.startsWith(TRIPLE_QUOTE, start)) {
      boolean hasMore = line.length() > start + TRIPLE_QUOTE.length() || index + 1 < lines.size();
      return hasMore ? TRIPLE_QUOTE : null;
    }
    return line.charAt(start) == '`' ? "`" : null;
  }

  /// Text between two raw marks, which may stand lines apart. Leaves `index` at the line of the
  /// closing mark.
  private String readRaw(String line, int start, String mark) {
    int textStart = start + mark.length();
    int sameLineEnd = line.lastIndexOf(mark);
    if (sameLineEnd >= textStart) {
      warnAboutRest(line, sameLineEnd + mark.length(), mark);
      return line.substring(textStart, sameLineEnd);
    }
    StringBuilder text = new StringBuilder(line.substring(textStart));
    for (int next = index + 1; next < lines.size(); next++) {
      String nextLine = lines.get(next);
      int end = nextLine.lastIndexOf(mark);
      text.append('\n').append(nextLine, 0, end < 0 ? nextLine.length() : end);
      if (end >= 0) {
        index = next;
        warnAboutRest(nextLine, end + mark.length(), mark);
        return text.toString();
      }
    }
    // Go on after this line as if it had been closed, so that later mistakes are reported too.
    error(start, "the value opened with " + mark + " is never closed", "add " + mark + " after it");
    return line.substring(textStart);
  }

  private void warnAboutRest(String line, int from, String mark) {
    int rest = Blanks.skip(line, from);
    if (rest < line.length() && !isCommentMark(line.charAt(rest))) {
      warning(
          rest,
          "what follows the closing " + mark + " is ignored",
          "remove it, or move it inside the marks");
    }
  }

  /// Joins lines that end in a backslash. Nothing is inserted between them, comments are not
  /// stripped, and a blank line ends the value. Leaves `index` at the last line used.
  private String readContinued(String first) {
    StringBuilder text = new StringBuilder(first);
    while (index + 1 < lines.size()) {
      index++;
      String next = Blanks.trim(lines.get(index));
      boolean goesOn = next.endsWith("\\");
      text.append(next, 0, goesOn ? next.length() - 1 : next.length());
      if (!goesOn) {
        break;
      }
    }
    return text.toString();
  }

  /// The part of `line` from `start` to `end` before its comment, trimmed.
  private String withoutComment(String line, int start, int end) {
    int firstKept = -1;
    int position = start;
    while (position < end) {
      char c = line.charAt(position);
      if (isCommentMark(c)) {
        if (position == start || Blanks.isBlank(line.charAt(position - 1))) {
          end = position;
          break;
        }
        firstKept = firstKept < 0 ? position : firstKept;
      } else if (opensQuote(line, start, position)) {
        int partner = closingQuote(line, position, end);
        if (partner > 0) {
          position = partner;
        }
      }
      position++;
    }
    String value = Blanks.trim(line.substring(start, end));
    return firstKept < 0 ? value : judgeMark(value, start, firstKept);
  }

  /// Decides about a comment mark without a blank before it, and says what was decided.
  private String judgeMark(String value, int start, int mark) {
    String quoted = "\"" + value.charAt(mark - start) + "\"";
    boolean nothingFollows =
        value.chars().skip(mark - start).allMatch(c -> isCommentMark((char) c));
    if (nothingFollows) {
      warning(
          mark,
          quoted + " at the end of the value is dropped",
          "to keep it, put the whole value in quotes or backticks");
      return Blanks.trim(value.substring(0, mark - start));
    }
    warning(
        mark,
        quoted
            + " is kept as part of the value, where the Go Ofelia would have cut the value at"
            + " column "
            + (mark + 1),
        "to keep it, put the whole value in quotes or backticks; to begin a comment, put a blank"
            + " before it");
    return value;
  }

  private static boolean opensQuote(String line, int start, int position) {
    char c = line.charAt(position);
    if (c != '"' && c != '\'') {
      return false;
    }
    if (position == start) {
      return true;
    }
    char before = line.charAt(position - 1);
    return !Character.isLetterOrDigit(before) && before != '\\';
  }

  private static int closingQuote(String line, int open, int end) {
    char quote = line.charAt(open);
    for (int i = open + 1; i < end; i++) {
      if (line.charAt(i) == quote && line.charAt(i - 1) != '\\') {
        return i;
      }
    }
    return -1;
  }

  private static boolean isWrapped(String text, char quote) {
    return text.length() >= 2
        && text.charAt(0) == quote
        && text.indexOf(quote, 1) == text.length() - 1;
  }

  private void error(int position, String found, String advice) {
    findings.add(new SyntaxFinding(index + 1, position + 1, Severity.ERROR, found, advice));
  }

  private void warning(int position, String found, String advice) {
    findings.add(new SyntaxFinding(index + 1, position + 1, Severity.WARNING, found, advice));
  }

  /// Enough of a line to recognise it, and no more: the rest may be a secret.
  private static String firstWord(String line, int start) {
    int end = start;
    while (end < line.length() && !Blanks.isBlank(line.charAt(end))) {
      end++;
    }
    return end - start <= LONGEST_QUOTATION
        ? line.substring(start, end)
        : line.substring(start, start + LONGEST_QUOTATION) + "…";
  }

  private static List<String> splitLines(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      boolean isCrLf = end > from && text.charAt(end - 1) == '\r';
      lines.add(text.substring(from, isCrLf ? end - 1 : end));
      from = end + 1;
    }
    lines.add(text.substring(from));
    return lines;
  }

  private static int indexOfDelimiter(String line, int from) {
    for (int i = from; i < line.length(); i++) {
      if (line.charAt(i) == '=' || line.charAt(i) == ':') {
        return i;
      }
    }
    return -1;
  }

  private static boolean isCommentMark(char c) {
    return c == '#' || c == ';';
  }
}
