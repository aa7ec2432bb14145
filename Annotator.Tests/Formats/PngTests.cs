using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Annotator.Formats;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class PngTests
{
    /// <summary>11 x 9 pixels, as ImageMagick wrote them, interlaced.</summary>
    private const string Grey1 = "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAJAQAAAAG7GNsWAAAAEklEQVQI12NgwAJ+wOGqBXAEAHGGCgG7Yhj8AAAAAElFTkSuQmCC";
    private const string Grey4 = "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAJBAAAAAFz+FRmAAAAT0lEQVQI12PgYGhgcGA4wHDAgWGdAkPWAwa1BQwJS14w6CQsYYiffIFh608DBun4CQyFWz8wXJcOYNgQ9WWexQUGMRBtwFADoicwXALRHwDoSh2JdIH7SgAAAABJRU5ErkJggg==";
    private const string Grey16 = "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAJEAAAAAHmmGUkAAAAmElEQVQI12NgYChewbCjQkeBwfIK87VHDDE20wTOP2GUeWV1xeoKQ6Xapl9vzjFcTeI38+Ri1JOTfSXzSvaV7CvZVywxNrKvZG1kX8m+knnFyFcqCxPXk5PlgEACTD0OZnF+qVrF7Zqf9NeYP7db6HbHZ1rIxehuFj05Pjl+Ob5Sfjm+Uj45fghPDiYMw6XYheX45fhK9eQAyDE1QvMlqRQAAAAASUVORK5CYII=";
    private const string Palette8 = "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAJCAMAAAGkvRaJAAABKVBMVEUAAAAlAABKAABvAACUAAC5AADeAAADAAAoAABNAAByAAAAOwAlOwdKOw5vOxWUOxy5OyPeOyoDOzEoOzhNOz9yO0YAdgAldg5KdhxvdiqUdji5dkbedlQDdmIodnBNdn5ydowAsQAlsRVKsSpvsT+UsVS5sWnesX4DsZMosahNsb1ysdIA7AAl7BxK7Dhv7FSU7HC57Ize7KgD7MQo7OBN7Pxy7BgAJwAlJyNKJ0ZvJ2mUJ4y5J6/eJ9IDJ/UoJxhNJztyJ14AYgAlYipKYlRvYn6UYqi5YtLeYvwDYiYoYlBNYnpyYqQAnQAlnTFKnWJvnZOUncS5nfXenSYDnVconYhNnblyneoA2AAl2DhK2HBv2KiU2OC52Bje2FAD2Igo2MBN2Phy2DC670iqAAAAe0lEQVQI1wXBg2ICAABAwZe1zOXasm1bq5aN//+I7kDO8YmYK/F0HqFUSTJb5Hx/Y7HZnW4v3f5wPJ0jEElkCqzfDpeHRCqTK9AbjCYzTpfb44XqS63R6vQGo8mMz//zGwiGwpFojFK5Uq3VG81Wu8Pib7la/2+2u/3hA8S0EvQJrJvcAAAAAElFTkSuQmCC";

    /// <summary>The same, not interlaced, half opaque.</summary>
    private const string Rgba8 = "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAJCAYAAADkZNYtAAAARUlEQVQY02NkYGBoUGVgYCAGszBYMzAwMLAThZEU8xHEaIpF8WIsimVwYhyKlbFgN3yKtaDYAs4moNgQBeNRbAFVZAHHAIJXC7e2jmUZAAAAAElFTkSuQmCC";

    [Fact]
    public void Interlaced_and_turned_images_of_another_program_are_read()
    {
        Same(Grey1, (x, y) => (x * x + y * 3) % 2);
        Same(Grey4, (x, y) => (x * 37 + y * 59) % 16);
        Same(Grey16, (x, y) => (x * 3701 + y * 5903) % 65536);
        using var palette = Open(Convert.FromBase64String(Palette8));
        Assert.Equal(99, palette.PaletteLength);
        Assert.All(Rows(palette).SelectMany((row, y) => row.Select((value, x) => (palette.ColorOf(value), Color(x, y)))), pair => Assert.Equal(pair.Item2, pair.Item1));
        using var colors = Open(Convert.FromBase64String(Rgba8));
        var (row, opacity) = (new int[11], new byte[11]);
        for (var y = 0; y < 9; y++)
        {
            Assert.True(colors.ReadRow(row, opacity));
            Assert.Equal(Enumerable.Range(0, 11).Select(x => Color(x, y)), row);
            Assert.All(opacity, value => Assert.InRange(value, 127, 128));
        }

        Assert.False(colors.ReadRow(row));

        static int Color(int x, int y) => (x * 37 % 256) << 16 | (y * 59 % 256) << 8 | (x * y * 7 % 256);

        static void Same(string image, Func<int, int, int> expected)
        {
            using var reader = Open(Convert.FromBase64String(image));
            Assert.Equal((11, 9), (reader.Width, reader.Height));
            Assert.Equal(Enumerable.Range(0, 99).Select(i => expected(i % 11, i / 11)), Rows(reader).SelectMany(row => row));
        }
    }

    [Theory]
    [InlineData("mots/mots_png/train/instances/1.png", "4003 4003 3002 4001 0")]
    [InlineData("kitti/segmentation/training/instance/000030_10.png", "768 768 6913 6914 6914")]
    [InlineData("cityscapes/dataset/gtFine/val/defaultcity/defaultcity_000001_000019_gtFine_instanceIds.png", "3 1024 1024 3 3")]
    public void Numbers_of_sixteen_bits_are_read_as_they_are(string file, string values)
    {
        using var reader = Open(File.ReadAllBytes(DatasetFiles.Fixture(file.Split('/'))));

        Assert.Equal(PngForm.Grey16, reader.Form);
        Assert.Equal(values, string.Join(' ', Rows(reader).Single()));
    }

    [Property(MaxTest = 300)]
    public void Every_form_depth_and_filter_is_read_interlaced_or_not(int seed)
    {
        var random = new Random(seed);
        var image = new MadeImage(random);
        using var reader = Open(image.File());

        Assert.Equal((image.Width, image.Height, image.Form), (reader.Width, reader.Height, reader.Form));
        Assert.Equal(image.Values, Rows(reader));
    }

    [Property(MaxTest = 200)]
    public void What_is_written_is_read_again(int seed)
    {
        var random = new Random(seed);
        var (width, height) = (random.Next(1, 90), random.Next(1, 40));
        var form = new[] { PngForm.Palette8, PngForm.Grey8, PngForm.Grey16, PngForm.Rgb8 }[random.Next(4)];
        int[] palette = form == PngForm.Palette8 ? [.. Enumerable.Range(0, random.Next(1, 257)).Select(_ => random.Next(1 << 24))] : [];
        var most = form == PngForm.Palette8 ? palette.Length : form == PngForm.Grey8 ? 256 : form == PngForm.Grey16 ? 65536 : 1 << 24;
        var rows = new List<int[]>();
        for (var y = 0; y < height; y++)
        {
            rows.Add(y > 0 && random.Next(3) == 0 ? rows[^1] : [.. Enumerable.Range(0, width).Select(x => x > 0 && random.Next(4) > 0 ? 0 : random.Next(most))]);
        }

        using var output = new MemoryStream();
        using (var writer = new PngWriter(output, width, height, form, palette))
        {
            rows.ForEach(row => writer.WriteRow(row));
        }

        using var reader = Open(output.ToArray());
        Assert.Equal((width, height, form, palette.Length), (reader.Width, reader.Height, reader.Form, reader.PaletteLength));
        Assert.Equal(rows, Rows(reader));
        Assert.All(palette.Select((color, line) => (color, line)), pair => Assert.Equal(pair.color, reader.ColorOf(pair.line)));
    }

    [Fact]
    public void A_large_image_is_cut_into_chunks_and_read_again()
    {
        var random = new Random(5);
        int[][] rows = [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 400).Select(_ => random.Next(1 << 24)).ToArray())];
        using var output = new MemoryStream();
        using (var writer = new PngWriter(output, 400, 300, PngForm.Rgb8))
        {
            Array.ForEach(rows, row => writer.WriteRow(row));
        }

        using var reader = Open(output.ToArray());
        Assert.Equal(rows, Rows(reader));
    }

    [Fact]
    public void Any_changed_or_missing_byte_before_the_end_is_noticed()
    {
        var image = Convert.FromBase64String(Grey4);
        var end = image.Length - 12;
        for (var at = 0; at < end; at++)
        {
            var changed = image.ToArray();
            changed[at] ^= 0x10;
            Assert.Contains(Refused(changed).Code, (string[])["png-damaged", "image-too-large"]);
            Assert.Equal("png-damaged", Refused(image[..at]).Code);
        }
    }

    [Theory]
    [InlineData(100_000, 100_000, 8, 0, 0)]
    [InlineData(int.MaxValue, 1, 16, 6, 0)]
    [InlineData(1, 2_000_000, 8, 0, 0)]
    [InlineData(20_000, 20_000, 8, 0, 1)]
    [InlineData(1, 100_000_000, 8, 0, 1)]
    public void An_image_over_a_limit_is_refused_by_its_header(int width, int height, byte depth, byte color, byte interlaced)
    {
        var error = Refused(MadeImage.File(width, height, depth, color, interlaced, [1, 2, 3]));

        Assert.Equal("image-too-large", error.Code);
        Assert.Contains("a.png", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 8, 0, 0)]
    [InlineData(1, -1, 8, 0, 0)]
    [InlineData(1, 1, 3, 0, 0)]
    [InlineData(1, 1, 16, 3, 0)]
    [InlineData(1, 1, 8, 5, 0)]
    [InlineData(1, 1, 8, 0, 2)]
    [InlineData(1, 1, 8, 3, 0)]
    public void A_header_of_nothing_known_is_refused(int width, int height, byte depth, byte color, byte interlaced) =>
        Assert.Equal("png-damaged", Refused(MadeImage.File(width, height, depth, color, interlaced, [0, 0])).Code);

    [Fact]
    public void A_jpeg_is_refused_with_the_reason() =>
        Assert.Equal("label-image-jpeg", Refused([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0, 0, 0]).Code);

    [Fact]
    public void A_file_that_cannot_be_read_is_not_called_damaged()
    {
        using var reader = new PngReader(new BreakingStream(Convert.FromBase64String(Rgba8), 60), "a.png", DatasetLimits.Default);

        Assert.Equal("broken", Assert.Throws<IOException>(() => Rows(reader)).Message);
    }

    [Fact]
    public void Rows_that_do_not_fit_are_not_written()
    {
        using var writer = new PngWriter(new MemoryStream(), 2, 1, PngForm.Grey8);

        Assert.Throws<ArgumentException>(() => writer.WriteRow([1]));
        writer.WriteRow([1, 2]);
        Assert.Throws<ArgumentException>(() => writer.WriteRow([1, 2]));
        Assert.Throws<ArgumentException>(() => new PngWriter(new MemoryStream(), 1, 1, PngForm.Palette8));
    }

    private static PngReader Open(byte[] image) => new(new MemoryStream(image), "a.png", DatasetLimits.Default);

    private static List<int[]> Rows(PngReader reader)
    {
        var rows = new List<int[]>();
        var row = new int[reader.Width];
        while (reader.ReadRow(row))
        {
            rows.Add([.. row]);
        }

        return rows;
    }

    private static DatasetException Refused(byte[] image) => Assert.Throws<DatasetException>(() =>
    {
        using var reader = Open(image);
        Rows(reader);
    });

    private sealed class BreakingStream(byte[] content, int breaksAt) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => Position >= breaksAt
            ? throw new IOException("broken")
            : base.Read(buffer[..(int)Math.Min(buffer.Length, breaksAt - Position)]);
    }

    /// <summary>A random image and its file, written plainly: pixel by pixel, with all filters, in several chunks.</summary>
    private sealed class MadeImage
    {
        private static readonly (int Left, int Top, int StepX, int StepY)[] _interlaced =
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

        private readonly Random _random;
        private readonly bool _passes;
        private readonly int[][][] _samples;

        public MadeImage(Random random)
        {
            _random = random;
            (Width, Height, _passes) = (random.Next(1, 20), random.Next(1, 20), random.Next(2) == 0);
            var pixels = (PngPixels)random.Next(5);
            Form = new PngForm(pixels, pixels switch { PngPixels.Grey => 1 << random.Next(5), PngPixels.Palette => 1 << random.Next(4), _ => 8 << random.Next(2) });
            _samples = [.. Enumerable.Range(0, Height).Select(_ => Enumerable.Range(0, Width).Select(_ => Enumerable.Range(0, Form.Samples).Select(_ => random.Next(1 << Form.Depth)).ToArray()).ToArray())];
        }

        public int Width { get; }
        public int Height { get; }
        public PngForm Form { get; }

        public IEnumerable<int[]> Values => _samples.Select(row => row.Select(pixel => pixel.Length < 3 ? pixel[0]
            : pixel.Take(3).Aggregate(0, (color, sample) => color << 8 | (Form.Depth == 16 ? sample >> 8 : sample))).ToArray());

        public byte[] File()
        {
            using var rows = new MemoryStream();
            foreach (var (left, top, stepX, stepY) in _passes ? _interlaced : [(0, 0, 1, 1)])
            {
                byte[]? above = null;
                for (var y = top; y < Height && left < Width; y += stepY)
                {
                    var bits = new List<int>();
                    for (var x = left; x < Width; x += stepX)
                    {
                        bits.AddRange(_samples[y][x].SelectMany(sample => Enumerable.Range(0, Form.Depth).Select(bit => (sample >> (Form.Depth - 1 - bit)) & 1)));
                    }

                    byte[] row = [.. bits.Chunk(8).Select(some => (byte)(some.Aggregate(0, (sum, bit) => sum * 2 + bit) << (8 - some.Length)))];
                    var filter = _random.Next(5);
                    rows.WriteByte((byte)filter);
                    var back = Math.Max(1, Form.Samples * Form.Depth / 8);
                    for (var i = 0; i < row.Length; i++)
                    {
                        int a = i < back ? 0 : row[i - back], b = above?[i] ?? 0, c = i < back ? 0 : above?[i - back] ?? 0;
                        rows.WriteByte(unchecked((byte)(row[i] - (filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => Paeth(a, b, c) }))));
                    }

                    above = row;
                }
            }

            byte color = Form.Pixels switch { PngPixels.Grey => 0, PngPixels.Rgb => 2, PngPixels.Palette => 3, PngPixels.GreyAlpha => 4, _ => 6 };
            return File(Width, Height, (byte)Form.Depth, color, _passes ? (byte)1 : (byte)0, rows.ToArray(), color == 3 ? [1, 2, 3] : null);
        }

        public static byte[] File(int width, int height, byte depth, byte color, byte interlaced, byte[] rows, byte[]? palette = null)
        {
            using var file = new MemoryStream();
            file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
            var header = new byte[13];
            BinaryPrimitives.WriteInt32BigEndian(header, width);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
            (header[8], header[9], header[12]) = (depth, color, interlaced);
            Chunk(file, "IHDR", header);
            Chunk(file, "tEXt", "Comment\0of no matter"u8.ToArray());
            if (palette is not null)
            {
                Chunk(file, "PLTE", palette);
            }

            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            {
                zlib.Write(rows);
            }

            foreach (var part in packed.ToArray().Chunk(17))
            {
                Chunk(file, "IDAT", part);
            }

            Chunk(file, "IEND", []);
            return file.ToArray();
        }

        private static void Chunk(MemoryStream file, string type, byte[] content)
        {
            byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
            var number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
            file.Write(number);
            file.Write(named);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
            file.Write(number);
        }

        private static uint Crc(byte[] bytes) =>
            ~bytes.Aggregate(uint.MaxValue, (crc, value) => Enumerable.Range(0, 8).Aggregate(crc ^ value, (rest, _) => (rest >> 1) ^ ((rest & 1) * 0xEDB88320)));

        private static int Paeth(int a, int b, int c)
        {
            int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
            return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
        }
    }
}
