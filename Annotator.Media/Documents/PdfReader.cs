using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Annotator.Media.Documents;

/// <summary>
/// Reads PDF documents as pages, with the machine's own programs. Nothing in a document is run or fetched: no scripts, no
/// attachments, no links. A page is drawn at <see cref="MediaLimits.PageResolution"/>, a very large one at less.
/// </summary>
public sealed partial class PdfReader(PdfTools tools, MediaLimits limits)
{
    private const double PointsPerInch = 72;
    private const int HeadLength = 1024;

    /// <summary>Whether the file is a PDF, by the head of a seekable stream; goes back to its start.</summary>
    public static bool Detect(Stream content)
    {
        content.Position = 0;
        var buffer = new byte[HeadLength];
        var head = buffer.AsSpan(0, content.ReadAtLeast(buffer, HeadLength, throwOnEndOfStream: false));
        content.Position = 0;

        // Some programs write a line or two before it; what begins as a picture is a picture all the same.
        return head.StartsWith("%PDF-"u8) || (head.IndexOf("%PDF-"u8) is > 0 and var at && head[..at].IndexOfAnyExceptInRange((byte)'\t', (byte)'~') < 0 && !head.StartsWith("<"u8));
    }

    /// <summary>The sizes of all pages as they are drawn, in pixels and upright.</summary>
    /// <param name="path">A local file at a place that we chose.</param>
    /// <exception cref="UnreadableImageException">Damaged, locked with a password, over a limit, or there is no program that reads it.</exception>
    public async Task<IReadOnlyList<(int Width, int Height)>> ReadPagesAsync(string path, CancellationToken cancel)
    {
        if (new FileInfo(path).Length is var length && length > limits.MaxBytes)
        {
            throw new UnreadableImageException($"has {length:N0} bytes; the limit is {limits.MaxBytes:N0}");
        }

        // One page more than may be: a document that has it is over the limit, however many it says it has.
        var pages = await ListAsync(path, 1, limits.MaxPages + 1, cancel);
        return pages.Count == 0 ? throw new UnreadableImageException("has no page that can be read")
            : pages.Count > limits.MaxPages ? throw new UnreadableImageException($"has more than {limits.MaxPages:N0} pages, which is the limit")
            : [.. pages.Select((page, number) => Fit(page.Turned ? (page.Height, page.Width) : (page.Width, page.Height), number))];
    }

    /// <summary>Writes the PNG of one page, of exactly the size that <see cref="ReadPagesAsync"/> told.</summary>
    /// <param name="page">From 0.</param>
    /// <exception cref="UnreadableImageException">The page cannot be drawn.</exception>
    public async Task DrawAsync(string path, int page, int width, int height, Stream target, CancellationToken cancel)
    {
        var number = (page + 1).ToString(CultureInfo.InvariantCulture);
        if (await ListAsync(path, page + 1, page + 1, cancel) is [{ Turned: true }])
        {
            // The program means the sides of the sheet before it is turned.
            (width, height) = (height, width);
        }

        await using var process = Start(
            tools.Draw,
            [
                "-png", "-cropbox", "-f", number, "-l", number, "-singlefile",
                "-scale-to-x", width.ToString(CultureInfo.InvariantCulture), "-scale-to-y", height.ToString(CultureInfo.InvariantCulture), path,
            ],
            cancel);
        var buffer = new byte[1 << 16];
        var (written, most) = (0L, (4L * width * height) + (1 << 20));
        int read;
        while ((read = await process.Output.ReadAsync(buffer, cancel)) > 0)
        {
            written += read;
            if (written > most)
            {
                throw new UnreadableImageException($"is damaged: page {number} cannot be drawn");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        await FinishAsync(process);
        if (written == 0)
        {
            throw new UnreadableImageException($"is damaged: page {number} cannot be drawn");
        }
    }

    /// <summary>The pages from one to another, both from 1 and inclusive, in points and before they are turned; as many as there are.</summary>
    private async Task<List<Sheet>> ListAsync(string path, int first, int last, CancellationToken cancel)
    {
        await using var process = Start(
            tools.Info, ["-f", first.ToString(CultureInfo.InvariantCulture), "-l", last.ToString(CultureInfo.InvariantCulture), path], cancel);
        var pages = new List<Sheet>();
        using var lines = new StreamReader(process.Output, Encoding.UTF8, false, 1 << 16, leaveOpen: true);
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            if (PageSize().Match(line) is { Success: true } size && Number(size, 1) == first + pages.Count)
            {
                pages.Add(new Sheet(Number(size, 2), Number(size, 3), false));
            }
            else if (PageTurn().Match(line) is { Success: true } turn && Number(turn, 1) == first + pages.Count - 1)
            {
                pages[^1] = pages[^1] with { Turned = Number(turn, 2) % 180 != 0 };
            }
        }

        await FinishAsync(process);
        return pages;
    }

    private static async Task FinishAsync(DecoderProcess process)
    {
        try
        {
            await process.FinishAsync();
        }
        catch (UnreadableImageException error) when (error.Message.Contains("password", StringComparison.OrdinalIgnoreCase))
        {
            throw new UnreadableImageException("is a PDF document that is locked with a password; save it without one", error);
        }
    }

    private DecoderProcess Start(string program, IEnumerable<string> arguments, CancellationToken cancel) => program.Length == 0
        ? throw new UnreadableImageException(
            "is a PDF document, and pdftoppm (poppler-utils), which reads its pages, is not installed on the server; have it installed, or save the pages as JPEG or PNG")
        : DecoderProcess.Start(program, arguments, new DecoderLimits(limits.MaxPageMemory, limits.Timeout, reason => new UnreadableImageException(reason)), cancel);

    /// <summary>Pixels of a page of so many points.</summary>
    private (int Width, int Height) Fit((double Width, double Height) points, int page)
    {
        var (width, height) = (points.Width * limits.PageResolution / PointsPerInch, points.Height * limits.PageResolution / PointsPerInch);
        if (!(width > 0 && height > 0 && double.IsFinite(width * height)))
        {
            throw new UnreadableImageException($"has a page without a size: number {page + 1}");
        }

        var shrink = Math.Min(1, Math.Min(Math.Sqrt(limits.MaxPagePixels / (width * height)), limits.MaxSide / Math.Max(width, height)));
        return (Math.Max(1, (int)Math.Round(width * shrink)), Math.Max(1, (int)Math.Round(height * shrink)));
    }

    private static double Number(Match match, int group) =>
        double.TryParse(match.Groups[group].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;

    [GeneratedRegex(@"\APage\s+(\d+) size:\s+([-+.\w]+) x ([-+.\w]+) pts")]
    private static partial Regex PageSize();

    [GeneratedRegex(@"\APage\s+(\d+) rot:\s+(-?\d+)")]
    private static partial Regex PageTurn();

    private readonly record struct Sheet(double Width, double Height, bool Turned);
}
