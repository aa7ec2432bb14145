namespace Annotator.Media.Documents;

/// <summary>
/// Where <c>pdfinfo</c> and <c>pdftoppm</c> are: programs of the machine's own (Debian's <c>poppler-utils</c>), which get their
/// security fixes from whoever looks after the machine. We bring none along: their licence is not ours.
/// </summary>
public sealed record PdfTools(string Info, string Draw)
{
    /// <summary>There are no such programs: every PDF is refused with words that say so.</summary>
    public static PdfTools None { get; } = new("", "");

    /// <summary>The machine's, or <see cref="None"/>.</summary>
    public static PdfTools Find() => MachinePrograms.Find("pdfinfo", "pdftoppm") is [var info, var draw] ? new PdfTools(info, draw) : None;
}
