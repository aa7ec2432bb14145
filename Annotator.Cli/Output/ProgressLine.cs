using System.Diagnostics;
using System.Globalization;

namespace Annotator.Cli.Output;

/// <summary>Tells how far a command is, in one line that is written over again and again.</summary>
/// <param name="terminal">A terminal, or a writer that swallows everything.</param>
internal sealed class ProgressLine(TextWriter terminal)
{
    private const int Steps = 24;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly bool _silent = ReferenceEquals(terminal, TextWriter.Null);
    private long _shown;
    private int _length;

    /// <summary>Such as <c>1,200 images</c>, where nobody knows how many there will be.</summary>
    public void Show(string what, long done)
    {
        if (IsDue())
        {
            Put(string.Create(CultureInfo.InvariantCulture, $"{done:N0} {what}"));
        }
    }

    /// <summary>A bar from 0 to the total.</summary>
    public void Show(string what, long done, long total)
    {
        if (IsDue())
        {
            var share = total <= 0 ? 1 : Math.Clamp((double)done / total, 0, 1);
            var filled = (int)(share * Steps);
            Put(string.Create(CultureInfo.InvariantCulture, $"[{new string('#', filled)}{new string('.', Steps - filled)}] {share * 100,3:0}% {what}"));
        }
    }

    public void Clear()
    {
        if (_length > 0)
        {
            Put("");
            terminal.Write('\r');
            terminal.Flush();
            _length = 0;
        }
    }

    private bool IsDue()
    {
        if (_silent || (_shown != 0 && Stopwatch.GetElapsedTime(_shown) < _pause))
        {
            return false;
        }

        _shown = Stopwatch.GetTimestamp();
        return true;
    }

    private void Put(string text)
    {
        terminal.Write("\r" + text.PadRight(_length));
        terminal.Flush();
        _length = text.Length;
    }
}
