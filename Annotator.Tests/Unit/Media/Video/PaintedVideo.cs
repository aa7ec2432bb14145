using System.Diagnostics;
using System.Globalization;
using Annotator.Media.Video;

namespace Annotator.Tests.Unit.Media.Video;

/// <summary>
/// Videos whose every frame has its own number painted on it: sixteen cells along the top, white for one and black for
/// nought, the lowest bit first. What is shown can be held against what was asked for.
/// </summary>
internal static class PaintedVideo
{
    public const int Width = 320;
    public const int Height = 240;
    private const int Bits = 16;
    private const int Cell = 20;

    /// <summary>The programs, or a loud skip on a machine that has none.</summary>
    public static FfmpegTools Tools()
    {
        var tools = FfmpegTools.Find();
        if (tools == FfmpegTools.None)
        {
            const string Missing = "ffmpeg was not found: install it (apt-get install ffmpeg) to run the video tests.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null or "", Missing);
            Assert.Fail(Missing);
        }

        return tools;
    }

    /// <summary>Makes a video of <paramref name="frames"/> frames by the encoder's own <paramref name="options"/>.</summary>
    public static Task MakeAsync(string path, int frames, params string[] options)
    {
        var cells = string.Concat(Enumerable.Range(0, Bits).Select(bit => string.Create(
            CultureInfo.InvariantCulture, $",drawbox=x={bit * Cell}:y=0:w={Cell}:h={Cell}:color=white:t=fill:enable='gt(bitand(n\\,{1 << bit})\\,0)'")));
        return RunAsync(
            ["-f", "lavfi", "-i", $"testsrc2=size={Width}x{Height}:rate=30", "-vf", $"drawbox=x=0:y=0:w={Width}:h={Cell}:color=black:t=fill{cells}",
                "-frames:v", frames.ToString(CultureInfo.InvariantCulture), .. options, path]);
    }

    /// <summary>An H.264 video in an MP4 file, as bytes.</summary>
    public static async Task<byte[]> BytesAsync(int frames, params string[] options)
    {
        var path = Path.Join(Path.GetTempPath(), $"annotator-test-{Guid.CreateVersion7():N}.mp4");
        try
        {
            await MakeAsync(path, frames, ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", .. options]);
            return await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Runs ffmpeg itself, as somebody who makes videos would.</summary>
    public static async Task RunAsync(IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Tools().Ffmpeg, ["-nostdin", "-y", "-v", "error", .. arguments]) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, errors);
    }

    /// <summary>The numbers painted on all pictures of a file, as ffmpeg itself decodes it; the upper left of each is looked at.</summary>
    public static async Task<List<int>> NumbersAsync(string path, params string[] inputOptions)
    {
        using var process = Process.Start(new ProcessStartInfo(
            Tools().Ffmpeg,
            ["-nostdin", "-v", "error", .. inputOptions, "-i", path, "-vf", $"crop={Width}:{Height}:0:0", "-fps_mode", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"])
        {
            RedirectStandardOutput = true,
        })!;
        var numbers = new List<int>();
        var pixels = new byte[Width * Height * 3];
        while (await process.StandardOutput.BaseStream.ReadAtLeastAsync(pixels, pixels.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken) == pixels.Length)
        {
            numbers.Add(NumberOn(new VideoPicture(0, Width, Height, pixels)));
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return numbers;
    }

    /// <summary>The number painted on an image file.</summary>
    public static int NumberOnFile(string path)
    {
        using var image = NetVips.Image.NewFromFile(path);
        return NumberOn(new VideoPicture(0, image.Width, image.Height, image.WriteToMemory<byte>()));
    }

    /// <summary>The number painted on an encoded image.</summary>
    public static int NumberOn(byte[] encoded)
    {
        using var image = NetVips.Image.NewFromBuffer(encoded);
        return NumberOn(new VideoPicture(0, image.Width, image.Height, image.WriteToMemory<byte>()));
    }

    /// <summary>The number painted on a picture that has kept its shape.</summary>
    public static int NumberOn(VideoPicture picture)
    {
        var number = 0;
        for (var bit = 0; bit < Bits; bit++)
        {
            var x = ((bit * Cell) + (Cell / 2)) * picture.Width / Width;
            var y = Cell / 2 * picture.Height / Height;
            number |= picture.Pixels[((y * picture.Width) + x) * 3] > 128 ? 1 << bit : 0;
        }

        return number;
    }
}
