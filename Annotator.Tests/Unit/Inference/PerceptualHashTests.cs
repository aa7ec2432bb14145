using Annotator.Inference;
using Annotator.Inference.Duplicates;

namespace Annotator.Tests.Unit.Inference;

public sealed class PerceptualHashTests
{
    [Fact]
    public void A_picture_that_is_smaller_brighter_and_noisier_keeps_its_hash()
    {
        var (original, changed) = (Scene(640, 480, 1, 0, 0), Scene(320, 240, 1, 12, 5));

        Assert.InRange(PerceptualHash.Distance(PerceptualHash.Difference(original), PerceptualHash.Difference(changed)), 0, PerceptualHash.NearDuplicate);
        Assert.InRange(PerceptualHash.Distance(PerceptualHash.Waves(original), PerceptualHash.Waves(changed)), 0, PerceptualHash.NearDuplicate);
    }

    [Fact]
    public void Other_pictures_are_far()
    {
        var scenes = Enumerable.Range(1, 12).Select(seed => Scene(320, 240, seed, 0, 0)).ToList();
        for (var i = 0; i < scenes.Count; i++)
        {
            for (var k = i + 1; k < scenes.Count; k++)
            {
                Assert.True(PerceptualHash.Distance(PerceptualHash.Difference(scenes[i]), PerceptualHash.Difference(scenes[k])) > PerceptualHash.NearDuplicate);
                Assert.True(PerceptualHash.Distance(PerceptualHash.Waves(scenes[i]), PerceptualHash.Waves(scenes[k])) > PerceptualHash.NearDuplicate);
            }
        }
    }

    /// <summary>Soft blobs at places of the seed's own.</summary>
    private static PixelImage Scene(int width, int height, int seed, int brighter, int noise)
    {
        var random = new Random(seed);
        var blobs = Enumerable.Range(0, 8).Select(_ => (X: random.NextDouble(), Y: random.NextDouble(), Size: 0.05 + (random.NextDouble() * 0.2), Light: random.Next(-100, 100))).ToList();
        var grain = new Random(99);
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            var (x, y) = ((i % width + 0.5) / width, (i / width + 0.5) / height);
            var value = 120 + brighter + blobs.Sum(blob => blob.Light * Math.Exp(-(((x - blob.X) * (x - blob.X)) + ((y - blob.Y) * (y - blob.Y))) / (2 * blob.Size * blob.Size)));
            for (var channel = 0; channel < 3; channel++)
            {
                pixels[(i * 3) + channel] = (byte)Math.Clamp(value + (noise > 0 ? grain.Next(-noise, noise + 1) : 0), 0, 255);
            }
        }

        return new PixelImage(width, height, pixels);
    }
}
