using Annotator.Media;
using Annotator.Media.Documents;

namespace Annotator.Tests.Unit.Media;

/// <summary>Pages of PDF documents: their sizes, and what they look like.</summary>
public sealed class ReadingPdfs : IDisposable
{
    private readonly MediaLimits _limits = new();
    private readonly string _path = Path.Join(Path.GetTempPath(), $"annotator-test-{Guid.CreateVersion7():N}.pdf");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_page_has_its_own_size_and_its_own_picture()
    {
        var pages = await ReadAsync(Pdfs.Write([new("0 0 200 100", Pdfs.Red), new("0 0 99.5 33.3", Pdfs.Blue)]));

        Assert.Equal([(400, 200), (199, 67)], pages);
        var (red, blue) = (await DrawAsync(0, pages[0]), await DrawAsync(1, pages[1]));
        Assert.Equal([255, 0, 0], Images.PixelOf(red, 20, 20));
        Assert.Equal([0, 0, 255], Images.PixelOf(blue, 20, 20));
    }

    [Theory]
    [InlineData(0, 400, 200, 60, 60)]
    [InlineData(90, 200, 400, 60, 60)]
    [InlineData(180, 400, 200, 340, 140)]
    [InlineData(270, 200, 400, 60, 340)]
    public async Task A_turned_page_is_upright_and_as_large_as_was_told(int turn, int width, int height, int x, int y)
    {
        // Red at the sheet's own top left below what is cut from it on the left, white elsewhere.
        var pages = await ReadAsync(Pdfs.Write([new("0 0 260 100", "1 0 0 rg 60 50 50 50 re f", turn, "/CropBox [60 0 260 100]")]));

        Assert.Equal([(width, height)], pages);
        var picture = await DrawAsync(0, pages[0]);
        Assert.Equal((width, height), Images.SizeOf(picture));
        Assert.Equal(turn == 90 ? [255, 255, 255] : [255, 0, 0], Images.PixelOf(picture, x, y));
        Assert.Equal(turn == 90 ? [255, 0, 0] : [255, 255, 255], Images.PixelOf(picture, width - x, turn is 90 ? y : height - y));
    }

    [Fact]
    public async Task A_huge_page_is_drawn_smaller_and_a_page_of_one_point_is_drawn()
    {
        var pages = await ReadAsync(Pdfs.Write([new("0 0 14400 14400", Pdfs.Red), new("0 0 1000000 10", Pdfs.Red), new("0 0 0.1 0.1", Pdfs.Red)]));

        Assert.InRange((long)pages[0].Width * pages[0].Height, _limits.MaxPagePixels - 20_000, _limits.MaxPagePixels + 20_000);
        Assert.Equal((_limits.MaxSide, 1), pages[1]);
        Assert.Equal((1, 1), pages[2]);
        Assert.Equal(pages[1], Images.SizeOf(await DrawAsync(1, pages[1])));
    }

    [Fact]
    public async Task More_pages_than_are_allowed_are_refused_and_the_limit_is_named()
    {
        _limits.MaxPages = 2;

        var refused = await Assert.ThrowsAsync<UnreadableImageException>(() => ReadAsync(Pdfs.Of(Pdfs.Red, Pdfs.Red, Pdfs.Red)));

        Assert.Equal("has more than 2 pages, which is the limit", refused.Message);
    }

    [Fact]
    public async Task A_document_that_says_it_has_a_thousand_million_pages_is_refused()
    {
        var refused = await Assert.ThrowsAsync<UnreadableImageException>(() => ReadAsync(Pdfs.Write([new("0 0 200 100", Pdfs.Red)], count: 1_000_000_000)));

        Assert.StartsWith("cannot be decoded", refused.Message);
    }

    [Fact]
    public async Task A_locked_document_is_refused_by_what_it_is()
    {
        var refused = await Assert.ThrowsAsync<UnreadableImageException>(() => ReadAsync(Pdfs.Locked()));

        Assert.Contains("locked with a password", refused.Message);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(250)]
    public async Task A_document_that_was_cut_off_is_refused(int kept)
    {
        var refused = await Assert.ThrowsAsync<UnreadableImageException>(() => ReadAsync(Pdfs.Of(Pdfs.Red)[..kept]));

        Assert.StartsWith("cannot be decoded", refused.Message);
        Assert.DoesNotContain(Path.GetTempPath(), refused.Message);
    }

    [Fact]
    public async Task A_page_that_takes_too_long_to_draw_is_given_up_and_its_program_is_gone()
    {
        var pages = await ReadAsync(Pdfs.Of(string.Concat(Enumerable.Repeat("q 1 0 0 1 0 0 cm ", 2_000_000))));
        _limits.Timeout = TimeSpan.FromMilliseconds(500);

        var refused = await Assert.ThrowsAsync<UnreadableImageException>(() => DrawAsync(0, pages[0]));

        Assert.Contains("takes longer than", refused.Message);
    }

    [Fact]
    public async Task Without_the_programs_a_document_is_refused_with_what_to_do()
    {
        await File.WriteAllBytesAsync(_path, Pdfs.Of(Pdfs.Red), Cancel);

        var refused = await Assert.ThrowsAsync<UnreadableImageException>(() => new PdfReader(PdfTools.None, _limits).ReadPagesAsync(_path, Cancel));

        Assert.Contains("poppler-utils", refused.Message);
        Assert.Contains("not installed on the server", refused.Message);
    }

    [Theory]
    [InlineData("%PDF-1.7\n", true)]
    [InlineData("a line of a printer's own\r\n%PDF-1.4\n", true)]
    [InlineData("<html>%PDF-1.4", false)]
    [InlineData("\u00FF\u00D8\u00FF\u00E0%PDF-1.4", false)]
    [InlineData("PDF", false)]
    [InlineData("", false)]
    public void A_document_is_told_by_its_first_bytes(string head, bool document) =>
        Assert.Equal(document, PdfReader.Detect(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(head))));

    public void Dispose() => File.Delete(_path);

    private async Task<IReadOnlyList<(int Width, int Height)>> ReadAsync(byte[] file)
    {
        await File.WriteAllBytesAsync(_path, file, Cancel);
        return await new PdfReader(Pdfs.Tools(), _limits).ReadPagesAsync(_path, Cancel);
    }

    private async Task<byte[]> DrawAsync(int page, (int Width, int Height) size)
    {
        using var picture = new MemoryStream();
        await new PdfReader(Pdfs.Tools(), _limits).DrawAsync(_path, page, size.Width, size.Height, picture, Cancel);
        return picture.ToArray();
    }
}
