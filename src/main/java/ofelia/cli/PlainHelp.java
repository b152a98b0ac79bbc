package ofelia.cli;

import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.IParamLabelRenderer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// Help that shows a flag as `--name`: that `--name=false` is understood too concerns scripts only,
/// and picocli would show it as a value to be written.
final class PlainHelp extends Help {

  PlainHelp(CommandSpec spec, ColorScheme scheme) {
    super(spec, scheme);
  }

  @Override
  public IParamLabelRenderer parameterLabelRenderer() {
    IParamLabelRenderer ordinary = super.parameterLabelRenderer();
    return new IParamLabelRenderer() {
      @Override
      public Text renderParameterLabel(ArgSpec arg, Ansi ansi, List<IStyle> styles) {
        return arg.type() == Boolean.class
            ? ansi.text("")
            : ordinary.renderParameterLabel(arg, ansi, styles);
      }

      @Override
      public String separator() {
        return ordinary.separator();
      }
    };
  }
}
