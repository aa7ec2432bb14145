using Annotator.Inference;
using Annotator.Inference.Processes;
using Annotator.Inference.Sessions;

namespace Annotator.Tests.Unit.Inference;

/// <summary>The real model that comes with the product. The signs are painted here, so that no font is needed.</summary>
public sealed class IncludedTextModelTests
{
    private const int Dot = 6;

    private static readonly Dictionary<char, string[]> _letters = new()
    {
        ['T'] = ["#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."],
        ['E'] = ["#####", "#....", "#....", "####.", "#....", "#....", "#####"],
        ['X'] = ["#...#", "#...#", ".#.#.", "..#..", ".#.#.", "#...#", "#...#"],
        ['I'] = [".###.", "..#..", "..#..", "..#..", "..#..", "..#..", ".###."],
    };

    [Fact]
    public async Task The_included_model_finds_signs_and_reads_them()
    {
        var package = Assert.Single(IncludedModels.All(new InferenceLimits()));
        await using var process = new InferenceProcess(new InferenceLimits(), new SessionSettings());
        await process.LoadAsync(package.Folder, TestContext.Current.CancellationToken);

        var found = await process.PredictAsync([Street(), Golden.Image()], new PredictionOptions(), TestContext.Current.CancellationToken);

        var signs = found[0].OrderBy(sign => sign.Points[0]).ToList();
        Assert.Equal(["TEXT", "EXIT"], signs.Select(sign => sign.Attributes["text"]));
        Assert.All(signs, sign => Assert.Equal((PredictionKind.Polygon, "text", 8), (sign.Kind, sign.Label, sign.Points.Length)));

        // Four letters of six dots' width from 60, 50 and 360, 200.
        Assert.All(new[] { (signs[0], 60.0, 50.0), (signs[1], 360.0, 200.0) }, sign =>
        {
            Assert.InRange(sign.Item1.Points[0], sign.Item2 - 20, sign.Item2 + 6);
            Assert.InRange(sign.Item1.Points[1], sign.Item3 - 20, sign.Item3 + 6);
            Assert.InRange(sign.Item1.Points[4], sign.Item2 + 132, sign.Item2 + 164);
            Assert.InRange(sign.Item1.Points[5], sign.Item3 + 36, sign.Item3 + 62);
        });
        Assert.Empty(found[1]);
    }

    private static PixelImage Street()
    {
        const int Width = 640, Height = 320;
        var pixels = new byte[Width * Height * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (30, 60, 140);
        }

        Paint(pixels, Width, "TEXT", 60, 50);
        Paint(pixels, Width, "EXIT", 360, 200);
        return new PixelImage(Width, Height, pixels);
    }

    private static void Paint(byte[] pixels, int width, string word, int left, int top)
    {
        for (var i = 0; i < word.Length; i++)
        {
            for (var row = 0; row < 7 * Dot; row++)
            {
                for (var column = 0; column < 5 * Dot; column++)
                {
                    if (_letters[word[i]][row / Dot][column / Dot] == '#')
                    {
                        Array.Fill(pixels, (byte)245, (((top + row) * width) + left + (i * 6 * Dot) + column) * 3, 3);
                    }
                }
            }
        }
    }
}
