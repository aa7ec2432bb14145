using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

namespace Annotator.Inference.Recognition;

/// <summary>Pairs of an encoder and a decoder for click to segment. Neither is of use alone.</summary>
internal static class InteractiveMatcher
{
    private const int Side = 1024;

    /// <summary>Hugging Face's SAM 2 numbers its three embeddings.</summary>
    private const string FirstOfSam2 = "image_embeddings.0";

    /// <summary>Whether the file is the one that takes clicks.</summary>
    public static bool IsDecoder(OnnxFile file) =>
        file.Inputs.Any(input => input.Name is "point_coords" or "input_points") && file.Inputs.Any(input => input.Name is "image_embeddings" or "image_embed" or FirstOfSam2);

    /// <summary>Whether the file is the one that takes the picture.</summary>
    public static bool IsEncoder(OnnxFile file) =>
        !IsDecoder(file) && file.Outputs.Any(output => output.Name is "image_embeddings" or "image_embed" or "high_res_feats_0" or FirstOfSam2);

    /// <summary>Null when the decoder takes what the encoder does not give.</summary>
    public static Guess? Match(ModelEvidence encoder, ModelEvidence decoder)
    {
        if (encoder.Image is not { } image || !decoder.File.Inputs.Any(input => encoder.HasOutput(input.Name)))
        {
            return null;
        }

        var (family, input, reason) = Family(encoder, decoder, image);
        var guess = new Guess(
            new ModelDescription
            {
                Task = ModelTask.Interactive,
                Decoder = family,
                Files = new ModelFiles { Encoder = encoder.FileName, Decoder = decoder.FileName },
                Input = input,
                Nms = new SuppressionRules { Mode = SuppressionMode.None },
            },
            0.95,
            reason,
            []);
        if (family != DecoderNames.EdgeSam || image.Height == 0)
        {
            return guess;
        }

        // A square that is filled before the model leaves open who normalises.
        var raw = guess.Description with { Input = (input with { Resize = ResizeRule.LetterboxTopLeft, Size = [image.Height, image.Width], PadZero = true }).Raw() };
        return (guess with { Description = raw }).Asking(
            "normaliser",
            "How does the encoder take colours?",
            new RecognitionChoice("0 to 255: it normalises by itself", raw),
            new RecognitionChoice("As ImageNet's models", raw with { Input = raw.Input.ImageNet() }));
    }

    private static (string Family, ImageInput Input, string Reason) Family(ModelEvidence encoder, ModelEvidence decoder, ImageInputs image)
    {
        var input = new ImageInput { Name = image.Value.Name, Layout = image.Layout, Size = [Side, Side], MaxSide = Side };
        if (encoder.HasOutput("high_res_feats_0") || encoder.HasOutput("image_embed") || encoder.HasOutput(FirstOfSam2))
        {
            return (DecoderNames.Sam2, (input with { Resize = ResizeRule.Stretch }).ImageNet(), "An encoder of features of several sizes and a decoder of clicks are SAM 2.");
        }

        if (encoder.HasOutput("image_positional_embeddings"))
        {
            return (DecoderNames.SamHuggingFace, (input with { Resize = ResizeRule.LetterboxTopLeft, PadZero = true }).ImageNet(), "An encoder with image_positional_embeddings and a decoder of clicks are Hugging Face's SAM.");
        }

        // EdgeSAM's decoder has neither a previous mask nor the picture's size.
        if (!decoder.HasInput("mask_input") && !decoder.HasInput("orig_im_size"))
        {
            return (DecoderNames.EdgeSam, (input with { Resize = ResizeRule.LongSide, Size = [0, 0], Enlarge = true }).Raw(), "An encoder of plain pixels and a decoder without a previous mask are EdgeSAM.");
        }

        return image.Layout is TensorLayout.Hwc
            ? (DecoderNames.Sam, (input with { Resize = ResizeRule.LongSide, Size = [0, 0], Enlarge = true }).Raw(), "An encoder that normalises by itself and a decoder of clicks are SAM or MobileSAM.")
            : (DecoderNames.Sam, (input with { Resize = ResizeRule.LetterboxTopLeft, PadZero = true }).ImageNet(), "An encoder and a decoder of clicks are SAM or MobileSAM.");
    }
}
