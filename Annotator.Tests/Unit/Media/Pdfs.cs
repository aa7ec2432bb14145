using System.Globalization;
using System.Text;
using Annotator.Media.Documents;

namespace Annotator.Tests.Unit.Media;

/// <summary>PDF documents that tests write themselves, object by object.</summary>
internal static class Pdfs
{
    /// <summary>The whole page in red.</summary>
    public const string Red = "1 0 0 rg -9999 -9999 99999 99999 re f";

    /// <summary>The whole page in blue.</summary>
    public const string Blue = "0 0 1 rg -9999 -9999 99999 99999 re f";

    /// <summary>A page.</summary>
    /// <param name="Box">Its corners in points, as the format writes them.</param>
    /// <param name="Turn">Degrees by which a viewer turns it clockwise.</param>
    /// <param name="More">Further entries of its dictionary.</param>
    public sealed record Page(string Box, string Content, int Turn = 0, string More = "");

    /// <summary>The programs, or a loud skip on a machine that has none.</summary>
    public static PdfTools Tools()
    {
        var tools = PdfTools.Find();
        if (tools == PdfTools.None)
        {
            const string Missing = "pdftoppm was not found: install it (apt-get install poppler-utils) to run the tests of PDFs.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null or "", Missing);
            Assert.Fail(Missing);
        }

        return tools;
    }

    /// <summary>A document of so many sheets of 200 by 100 points.</summary>
    public static byte[] Of(params string[] contents) => Write([.. contents.Select(content => new Page("0 0 200 100", content))]);

    public static byte[] Write(Page[] pages, long? count = null, string trailer = "")
    {
        var objects = new List<string>
        {
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Count {(count ?? pages.Length).ToString(CultureInfo.InvariantCulture)} /Kids [{string.Join(' ', pages.Select((_, page) => $"{3 + (2 * page)} 0 R"))}] >>",
        };
        for (var page = 0; page < pages.Length; page++)
        {
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [{pages[page].Box}] /Rotate {pages[page].Turn} /Contents {4 + (2 * page)} 0 R {pages[page].More} >>");
            objects.Add($"<< /Length {pages[page].Content.Length} >>\nstream\n{pages[page].Content}\nendstream");
        }

        var (file, places) = (new StringBuilder("%PDF-1.4\n"), new List<int>());
        for (var number = 1; number <= objects.Count; number++)
        {
            places.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{number} 0 obj\n{objects[number - 1]}\nendobj\n");
        }

        var table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        places.ForEach(place => file.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n"));
        file.Append(CultureInfo.InvariantCulture, $"trailer << /Size {objects.Count + 1} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }

    /// <summary>A document that only a password opens.</summary>
    public static byte[] Locked() => Write([new Page("0 0 200 100", Red)], trailer:
        $"/ID [<{new string('0', 32)}> <{new string('0', 32)}>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <{string.Concat(Enumerable.Repeat("41", 32))}> /U <{string.Concat(Enumerable.Repeat("42", 32))}> /P -44 >>");
}
