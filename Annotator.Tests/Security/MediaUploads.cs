using System.Formats.Tar;
using System.Text;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Unit.Media;

namespace Annotator.Tests.Security;

/// <summary>What strangers may send as photos. Each file lies beside a good one: it must be named, and harm nothing.</summary>
public sealed class MediaUploads(MediaBench bench) : IClassFixture<MediaBench>
{
    public static TheoryData<string, string> Hostile => new()
    {
        { "empty.jpg", "is empty (0 bytes)" },
        { "words.jpg", "is no image" },
        { "script.svg", "is an SVG drawing" },
        { "page.png", "is a web page (HTML)" },
        { "book.jpg", "cannot be decoded" },
        { "cut-off.jpg", "is cut off" },
        { "bomb.png", "250 megapixels" },
        { "long.png", "65500 on a side" },
        { "traversal.zip", "unsafe name" },
        { "absolute.zip", "unsafe name" },
        { "backslash.zip", "unsafe name" },
        { "bomb.zip", "unpacks to" },
        { "cut-off.zip", "cannot be used" },
        { "twice.zip", "two files of the name" },
        { "traversal.tar", "leads out of it" },
        { "link.tar", "is a link or a device" },
        { "bomb.tar.gz", "unpacks to more than" },
        { "cut-off.tar", "cannot be used" },
        { "garbage.gz", "cannot be used" },
        { "endless.gif", "the limit is 10,000" },
        { "wide.tif", "the limit is 65500 on a side" },
        { "huge.tif", "the limit is 250 megapixels" },
        { "empty.tif", "is damaged" },
        { "promises.zip", "cannot be used" },
        { "nul.zip", "unsafe name" },
        { "long-name.zip", "cannot be used" },
        { "negative.tar", "cannot be used" },
        { "huge.tar", "cannot be used" },
        { "octal.tar", "cannot be used" },
        { "hard-link.tar", "is a link or a device" },
        { "device.tar", "is a link or a device" },
        { "pipe.tar", "is a link or a device" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_file_is_refused_by_name_and_the_good_photo_is_kept(string name, string reason)
    {
        var task = await bench.TaskAsync(0, 0, (name, Make(name)), ("good.png", Images.Encoded(".png")));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal(OperationState.Finished, prepared.Operation.State);
        Assert.Equal("good.png", prepared.Names);
        Assert.StartsWith($"{name} could not be read", prepared.Operation.Message);
        Assert.Contains(reason, prepared.Operation.Message);
        Assert.EndsWith("The other photo is in the task.", prepared.Operation.Message);
        Assert.Empty(await bench.KeysAsync(DataKeys.Prefix(prepared.Task.Data!.Id)));
        Assert.Single(await bench.KeysAsync(DataKeys.TaskUploads(task.Id)));
    }

    [Fact]
    public async Task An_archive_in_an_archive_is_not_opened()
    {
        var inner = Archives.Zip(("inner.png", Images.Encoded(".png")));
        var task = await bench.TaskAsync(0, 0, ("outer.zip", Archives.Zip(("inner.zip", inner), ("good.png", Images.Encoded(".png")))));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal("good.png", prepared.Names);
        Assert.Contains("inner.zip could not be read: it is an archive", prepared.Operation.Message);
    }

    [Fact]
    public async Task Names_that_mean_something_elsewhere_are_only_names_here()
    {
        const string name = "a'\"><script>${jndi:ldap}; DROP TABLE frames;--.png";
        var task = await bench.TaskAsync(0, 0, (name, Images.Encoded(".png")));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal(name, Assert.Single(prepared.Frames).Name);
        Assert.StartsWith(DataKeys.TaskUploads(task.Id), prepared.Frames[0].BlobKey);
    }

    [Theory]
    [InlineData("photo\u202Egpj.png")]
    [InlineData("\u05E9\u05DC\u05D5\u05DD.png")]
    [InlineData("....png")]
    [InlineData("-rf *.png")]
    [InlineData("con.png")]
    public async Task A_name_of_any_script_stays_what_it_is(string name)
    {
        var prepared = await bench.PrepareAsync(await bench.TaskAsync(0, 0, ("x.zip", Archives.Zip((name, Images.Encoded(".png"))))));

        Assert.Equal(name, Assert.Single(prepared.Frames).Name);
    }

    [Fact]
    public async Task Of_an_archive_that_lies_about_lengths_or_places_what_does_not_hold_is_named_and_the_rest_is_taken()
    {
        var task = await bench.TaskAsync(
            0, 0, ("short.zip", AbuseCorpus.LyingZip("short.png", 10)), ("long.zip", AbuseCorpus.LyingZip("long.png", 7 << 20)), ("overlapping.zip", AbuseCorpus.OverlappingZip()));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal((OperationState.Finished, "a.png long.png"), (prepared.Operation.State, prepared.Names));
        Assert.Contains("short.png is damaged inside its archive", prepared.Operation.Message);
        Assert.Contains("b.png", prepared.Operation.Message);
        Assert.All(prepared.Frames, frame => Assert.InRange(frame.ByteLength, 1, 4 << 20));
    }

    [Fact]
    public async Task A_document_whose_pages_run_in_a_circle_has_each_page_once()
    {
        var prepared = await bench.PrepareAsync(await bench.TaskAsync(0, 0, ("circle.tif", AbuseCorpus.Tiff(8, 8, next: AbuseCorpus.TiffDirectory)), ("good.png", Images.Encoded(".png"))));

        Assert.Equal(OperationState.Finished, prepared.Operation.State);
        Assert.InRange(prepared.Frames.Count, 1, 2);
    }

    private static byte[] Make(string name)
    {
        var png = Images.Encoded(".png");
        var noise = Images.Noise(".jpg");
        var zip = Archives.Zip(("a.png", Images.Noise(".png")), ("b.png", png));
        var tar = Archives.Tar(("a.png", Images.Noise(".png")), ("b.png", png));
        return name switch
        {
            "empty.jpg" => [],
            "words.jpg" => Encoding.UTF8.GetBytes("just words, and enough of them to fill a header of some length"),
            "script.svg" => "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray(),
            "page.png" => "<!DOCTYPE html><script>alert(1)</script>"u8.ToArray(),
            "book.jpg" => "%PDF-1.7\n1 0 obj"u8.ToArray(),
            "cut-off.jpg" => noise[..(noise.Length / 2)],
            "bomb.png" => Images.HugePng(30_000, 30_000),
            "long.png" => Images.HugePng(70_000, 2),
            "traversal.zip" => Archives.Zip(("../../evil.png", png)),
            "absolute.zip" => Archives.Zip(("/etc/evil.png", png)),
            "backslash.zip" => Archives.Zip(("..\\evil.png", png)),
            "bomb.zip" => Archives.Zip(("a.png", new byte[64 << 20])),
            "cut-off.zip" => zip[..(zip.Length / 2)],
            "twice.zip" => Archives.Zip(("a.png", png), ("a.png", png)),
            "traversal.tar" => Archives.Tar(("../evil.png", png)),
            "link.tar" => Archives.Tar(writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "a.png") { LinkName = "/etc/passwd" })),
            "bomb.tar.gz" => Archives.TarGz(("a.png", new byte[64 << 20])),
            "cut-off.tar" => tar[..(tar.Length / 3)],
            "endless.gif" => AbuseCorpus.Gif(100_000),
            "wide.tif" => AbuseCorpus.Tiff(1_000_000, 1),
            "huge.tif" => AbuseCorpus.Tiff(60_000, 60_000),
            "empty.tif" => AbuseCorpus.Tiff(0, 0),
            "promises.zip" => AbuseCorpus.ZipOfManyPromises(),
            "nul.zip" => Archives.Zip(("a\0b.png", png)),
            "long-name.zip" => Archives.Zip((new string('x', 2000) + ".png", png)),
            "negative.tar" => AbuseCorpus.TarOfSize([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]),
            "huge.tar" => AbuseCorpus.TarOfSize([0x80, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            "octal.tar" => AbuseCorpus.TarOfSize("77777777777"u8),
            "hard-link.tar" => AbuseCorpus.TarOf(TarEntryType.HardLink),
            "device.tar" => AbuseCorpus.TarOf(TarEntryType.CharacterDevice),
            "pipe.tar" => AbuseCorpus.TarOf(TarEntryType.Fifo),
            "garbage.gz" => [0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
    }
}
